/** docs/e2ee-vectors.json, which the Go implementation passes too. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Boxer, Unboxer } from '../../static/js/e2ee/box.js';
import { commitment, membersHash, roundHash, safetyCode, sortMembers } from '../../static/js/e2ee/code.js';
import { parseHello, proves } from '../../static/js/e2ee/hello.js';
import { authDecap, authEncap, keySchedule, xorCounter } from '../../static/js/e2ee/hpke.js';
import { encodeContent, parseContent } from '../../static/js/e2ee/items.js';
import { Opener } from '../../static/js/e2ee/opener.js';
import { Sealer } from '../../static/js/e2ee/sealer.js';
import { hostsSecret, linkSecret, pairKeys, splitFragment, statementKey, withSecret } from '../../static/js/e2ee/secret.js';
import { seatOf } from '../../static/js/e2ee/seat.js';
import { deriveKey, deriveSecrets, encodeHeader, encrypt, decrypt, parseHeader } from '../../static/js/e2ee/sframe.js';
import { parseStatement, provesHost } from '../../static/js/e2ee/statement.js';
import { cat } from '../../static/js/e2ee/wire.js';

const v = JSON.parse(readFileSync(new URL('../../../docs/e2ee-vectors.json', import.meta.url), 'utf8'));
const hex = (/** @type {ArrayBuffer | Uint8Array} */ octets) => Buffer.from(/** @type {any} */ (octets)).toString('hex');
const un = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text, 'hex'));

/** @param {string} secret @param {string} point */
async function keyPair(secret, point) {
  const b64 = (/** @type {Uint8Array} */ o) => Buffer.from(o).toString('base64url');
  const publicKey = un(point);
  const jwk = { kty: 'EC', crv: 'P-256', d: b64(un(secret)), x: b64(publicKey.subarray(1, 33)), y: b64(publicKey.subarray(33)) };
  return { privateKey: await crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']), publicKey };
}

test('RFC 9605: header', () => {
  assert.ok(v.sframe_header.length >= 50);
  for (const h of v.sframe_header) {
    assert.equal(hex(encodeHeader(BigInt(h.kid), BigInt(h.ctr))), h.header);
    assert.deepEqual(parseHeader(un(h.header)), { kid: BigInt(h.kid), ctr: BigInt(h.ctr) });
  }
});

test('RFC 9605: key schedule and encryption', async () => {
  const [f] = v.sframe;
  const { key, salt } = await deriveSecrets(un(f.base_key), f.kid);
  assert.deepEqual([hex(key), hex(salt)], [f.sframe_key, f.sframe_salt]);
  assert.equal(hex(xorCounter(salt, BigInt(f.ctr))), f.nonce);
  const header = encodeHeader(f.kid, f.ctr);
  assert.equal(hex(cat(header, un(f.metadata))), f.aad);
  const k = await deriveKey(un(f.base_key), f.kid);
  assert.equal(hex(header) + hex(await encrypt(k, BigInt(f.ctr), un(f.pt), un(f.aad))), f.ct);
  assert.equal(hex(await decrypt(k, BigInt(f.ctr), un(f.ct).slice(header.length), un(f.aad))), f.pt);
});

test('RFC 9180: modes auth and auth_psk', async () => {
  assert.deepEqual(v.hpke.map((/** @type {any} */ h) => h.mode), [2, 3]);
  for (const h of v.hpke) {
    const [e, r, s] = [await keyPair(h.skEm, h.pkEm), await keyPair(h.skRm, h.pkRm), await keyPair(h.skSm, h.pkSm)];
    const { secret, enc } = await authEncap(e, r.publicKey, s);
    assert.equal(hex(secret), h.shared_secret);
    assert.equal(hex(await authDecap(enc, r, s.publicKey)), h.shared_secret);
    const context = await keySchedule(secret, un(h.info), h.psk ? un(h.psk) : null, un(h.psk_id ?? ''), enc);
    assert.equal(hex(context.base), h.base_nonce);
    for (const m of h.encryptions) {
      assert.equal(hex(await context.seal(m.seq, un(m.aad), un(m.pt))), m.ct);
      assert.equal(hex(await context.open(m.seq, un(m.aad), un(m.ct))), m.pt);
    }
  }
});

test('secrets of links', async () => {
  const s = v.secret;
  const root = un(s.host_secret);
  const link = await linkSecret(root, s.session, s.invite, s.jti);
  assert.equal(hex(link), s.link_secret);
  assert.equal(hex(await hostsSecret(root, s.session)), s.hosts_secret);
  assert.equal(hex(await statementKey(root, s.session)), s.statement_key);
  const keys = await pairKeys(link, s.session);
  assert.deepEqual([hex(keys.proof), hex(keys.psk)], [s.proof, s.psk]);
  for (const f of v.fragment) {
    const { token, secret, ok } = splitFragment(f.fragment);
    assert.deepEqual([token, secret && hex(secret), ok], [f.token, f.secret, f.ok], f.fragment);
    if (secret) assert.equal(withSecret(token, secret), f.fragment);
  }
});

test('names, announcements and statements', async () => {
  for (const s of v.seat) assert.equal(await seatOf(s.session, un(s.key)), s.seat);
  for (const h of v.hello) {
    const got = await parseHello(h.session, h.from, un(h.message));
    assert.ok(got);
    assert.deepEqual([got.serial, got.epoch, got.flags, got.invite, got.jti], [h.serial, h.epoch, h.flags, h.invite, h.jti]);
    const key = un(h.proof_key ?? '00');
    assert.equal(await proves(got, h.direction ?? '', key), Boolean(h.proof_key));
    assert.equal(await proves(got, `${h.direction}?`, key), false);
  }
  for (const s of v.statement) {
    const got = await parseStatement(s.session, un(s.raw));
    assert.ok(got);
    assert.deepEqual([got.serial, got.clear, got.entries, await seatOf(s.session, got.key)], [s.serial, s.clear, s.entries, s.signer]);
    assert.equal(await provesHost(got, s.session, un(s.statement_key)), s.proves);
  }
});

test('boxes and what is in them', async () => {
  const c = parseContent(un(v.content.encoded));
  assert.ok(c?.key && c.ack && c.reveal);
  const shown = (/** @type {any} */ o) => Object.fromEntries(Object.entries(o).map(([k, x]) => [k, x instanceof Uint8Array ? hex(x) : x]));
  assert.deepEqual(shown(c.key), v.content.key);
  assert.deepEqual(shown(c.ack), v.content.ack);
  assert.deepEqual(shown(c.reveal), v.content.reveal);
  assert.equal(hex(encodeContent(c)), v.content.encoded);
  for (const b of v.box) {
    const [from, to, e] = [await keyPair(b.from_dh_secret, b.from_dh), await keyPair(b.to_dh_secret, b.to_dh), await keyPair(b.ephemeral_secret, b.ephemeral)];
    const pair = { session: b.session, fromKey: un(b.from_key), fromDh: from.publicKey, toKey: un(b.to_key), toDh: to.publicKey, psk: b.psk && un(b.psk) };
    const boxer = await Boxer.make(pair, from, e);
    const unboxer = new Unboxer();
    for (const box of b.boxes) {
      assert.equal(hex(await boxer.seal(un(b.plain))), box);
      assert.equal(hex((await unboxer.open(pair, to, un(box))) ?? new Uint8Array(0)), b.plain);
    }
  }
});

test('the safety code', async () => {
  const c = v.code;
  const members = sortMembers(c.members.map((/** @type {any} */ m) => ({ ...m, key: un(m.key), dh: un(m.dh) })));
  assert.deepEqual(members.map((m) => m.seat), c.members.map((/** @type {any} */ m) => m.seat));
  const hash = await membersHash(c.session, members);
  assert.equal(hex(hash), c.hash);
  const commits = await Promise.all(members.map((m, i) => commitment(c.session, hash, c.epoch, m.seat, un(c.nonces[i]))));
  assert.deepEqual(commits.map(hex), c.commits);
  const round = await roundHash(hash, c.epoch, commits);
  assert.equal(hex(round), c.round);
  assert.equal(await safetyCode(round, c.nonces.map(un)), c.code);
});

test('frames and chat', async () => {
  const f = v.frame;
  const sealer = new Sealer(f.sender);
  const opener = new Opener();
  await sealer.use({ epoch: f.epoch, key: un(f.key), private: un(f.private) });
  await opener.add({ seat: f.sender, epoch: f.epoch, key: un(f.key), private: un(f.private) });
  for (const one of f.frames) {
    sealer.next = one.counter;
    if (one.text) {
      assert.equal(hex((await sealer.sealText(one.kind, one.text)) ?? new Uint8Array(0)), one.sealed);
      assert.equal(await opener.openText(f.sender, one.kind, un(one.sealed)), one.text);
    } else {
      assert.equal(hex((await sealer.seal(one.kind, un(one.frame))) ?? new Uint8Array(0)), one.sealed);
      const opened = await opener.open(f.sender, one.kind, un(one.sealed));
      assert.ok(opened.ok && hex(opened.plain) === one.frame);
    }
  }
});
