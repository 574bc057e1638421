import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Opener } from '../../static/js/e2ee/opener.js';
import { issue } from '../../static/js/e2ee/statement.js';
import { encodeContent } from '../../static/js/e2ee/items.js';
import { sealHello } from '../../static/js/e2ee/hello.js';
import { newKeyPair } from '../../static/js/e2ee/hpke.js';
import { random } from '../../static/js/e2ee/wire.js';
import { session, World } from './world.js';

/** @typedef {import('./world.js').Node} Node */

/** @param {World} w @param {boolean} plain @param {...string} names @returns {Promise<[Node, ...Node[]]>} */
async function room(w, plain, ...names) {
  const h = await (plain ? w.plainHost('h') : w.host('h'));
  await w.enter(h);
  const guests = [];
  for (const name of names) guests.push(await (plain ? w.plainGuest(name) : w.guest(name)));
  await w.admit(h, ...guests);
  await w.run(1000);
  await w.allHear(h, ...guests);
  w.sameCode(h, ...guests);
  return [h, ...guests];
}

/** @param {Node} ghost @param {...Node} from */
const noKeys = (ghost, ...from) => assert.ok(!ghost.hoard.some((k) => from.some((n) => n.seat === k.seat)), `${ghost.name} has no key`);

for (const plain of [false, true]) {
  for (const role of ['guest', 'host']) {
    test(`a ghost ${role} gets no key, ${plain ? 'API links' : 'links with a secret'}`, async () => {
      const w = new World();
      const all = await room(w, plain, 'a', 'b');
      const code = w.sameCode(...all);
      const ghost = await w.add('ghost', { role, secret: null });
      await w.enter(ghost); // the gateway does; no host let it in
      await w.run(3000);
      noKeys(ghost, ...all);
      await w.allHear(...all);
      for (const n of all) {
        assert.ok(!(await ghost.hears(n)) && !(await n.hears(ghost)));
        assert.match(n.a.status().people[ghost.seat]?.standing ?? '', /unvouched|unproved/);
      }
      assert.equal(w.sameCode(...all), code);
    });
  }
}

test('one who was held and is shown again without a click gets no key', async () => {
  const w = new World();
  const [h, a, b] = /** @type {[Node, Node, Node]} */ (await room(w, false, 'a', 'b'));
  await w.leave(a);
  await w.run(2000);
  a.hoard = [];
  await w.enter(a);
  await w.run(2000);
  noKeys(a, h, b);
  await w.admit(h, a);
  await w.run(2000);
  await w.allHear(h, a, b);
});

/** Puts a person in the middle. @param {World} w @param {Node} h @param {Node} g @param {Node} mh @param {Node} mg */
function between(w, h, g, mh, mg) {
  const shown = new Map([[h, mg], [g, mh], [mh, g], [mg, h]]);
  w.see = (n) => {
    const p = shown.get(n);
    return p ? [{ seat: p.seat, role: p.role, online: true, capable: true, with: true, door: false }] : [];
  };
}

test('a key swapped by the relay is refused with a link secret', async () => {
  const w = new World();
  const [h, g] = [await w.host('h'), await w.guest('g')];
  const mh = await w.plainHost('mh');
  const mg = await w.add('mg', { role: 'guest', secret: random(16), invite: 'g', jti: 'jti-g' });
  between(w, h, g, mh, mg);
  await w.admit(h, mg);
  await w.enter(h, g, mh, mg);
  await w.run(3000);
  noKeys(mg, h);
  noKeys(mh, g);
  assert.equal(h.a.status().people[mg.seat]?.standing, 'refused');
  assert.equal(g.a.status().people[mh.seat]?.standing, 'unproved');
  assert.deepEqual([h.code, g.code], ['', '']);
});

test('a key swapped by the relay shows in the codes without one', async () => {
  const w = new World();
  const [h, g, mh, mg] = [await w.plainHost('h'), await w.plainGuest('g'), await w.plainHost('mh'), await w.plainGuest('mg')];
  between(w, h, g, mh, mg);
  await h.do(h.a.allow(w.now, [mg.seat]));
  await mh.do(mh.a.allow(w.now, [g.seat]));
  await w.enter(h, g, mh, mg);
  await w.run(3000);
  assert.ok((await mg.hears(h)) && (await mh.hears(g)), 'the attack works');
  assert.match(h.code, /^\d{6}$/);
  assert.match(g.code, /^\d{6}$/);
  assert.notEqual(h.code, g.code);
});

test('a link that lost its secret waits for the host\'s decision', async () => {
  const w = new World();
  const [h, g] = [await w.host('h'), await w.plainGuest('g')];
  await w.enter(h);
  await w.admit(h, g);
  await w.run(2000);
  noKeys(g, h);
  assert.equal(h.a.status().people[g.seat]?.standing, 'unproved');
  await h.do(h.a.allow(w.now, [g.seat], true));
  await w.run(2000);
  await w.allHear(h, g);
  w.sameCode(h, g);
});

test('who hoards keys opens nothing sent after removal', async () => {
  const w = new World();
  const [h, a, b, cheat] = /** @type {[Node, Node, Node, Node]} */ (await room(w, false, 'a', 'b', 'c'));
  const hoard = new Opener();
  for (const k of cheat.hoard) await hoard.add(k);
  cheat.opener = hoard;
  assert.ok(await cheat.hears(h));
  cheat.in = false;
  for (const n of [h, a, b]) {
    await n.do(n.a.circle(w.now, w.people(n))); // the removed one is told nothing and keeps its socket
    assert.equal(await cheat.hears(n), false);
  }
  await w.run(3000);
  for (const k of cheat.hoard) await hoard.add(k);
  for (const n of [h, a, b]) assert.equal(await cheat.hears(n), false);
  await w.allHear(h, a, b);
});

test('a repeated announcement overwrites nothing', async () => {
  const w = new World();
  const [h, g] = /** @type {[Node, Node]} */ (await room(w, false, 'a'));
  const known = h.a.peer(g.seat).hello;
  assert.ok(known);
  for (const serial of [known.serial, known.serial - 1]) {
    const fresh = await newKeyPair();
    const again = await sealHello(session, g.config.signKey, { flags: 0, serial, epoch: 0, key: g.a.key, dh: fresh.publicKey }, null);
    await h.do(h.a.receive(w.now, g.seat, again));
  }
  assert.deepEqual(h.a.peer(g.seat).hello?.dh, known.dh);
  await w.allHear(h, g);
});

test('a changed commitment is refused, and a second one', async () => {
  for (const how of ['nonce', 'commit']) {
    const w = new World();
    const [h, cheat, gone] = /** @type {[Node, Node, Node]} */ (await room(w, false, 'a', 'b'));
    if (how === 'nonce') {
      w.tamper = (from, _to, box) => {
        if (from === cheat && cheat.a.current) cheat.a.current.nonce[0] ^= 1;
        return box;
      };
      await w.leave(gone);
    } else {
      const g = cheat.a.current;
      const boxer = cheat.a.peer(h.seat).boxer;
      assert.ok(g && boxer);
      const key = { epoch: g.epoch, statement: 0, members: g.hash, commit: random(32), key: g.key, private: null };
      await h.do(h.a.receive(w.now, cheat.seat, await boxer.seal(encodeContent({ key }))));
    }
    await w.run(2000);
    assert.equal(h.a.status().people[cheat.seat]?.standing, 'refused');
  }
});

test('a guest\'s statement counts for nothing', async () => {
  const w = new World();
  const all = await room(w, false, 'a', 'b');
  const [h, cheat, b] = /** @type {[Node, Node, Node]} */ (all);
  const ghost = await w.plainGuest('ghost');
  const entries = [...all, ghost].map((n) => ({ seat: n.seat, role: /** @type {0 | 1} */ (n === ghost ? 0 : 1) }));
  const forged = await issue(session, cheat.config.signKey, { serial: 2 ** 50, key: cheat.a.key, clear: false, entries }, null);
  for (const n of [h, b]) {
    const boxer = cheat.a.peer(n.seat).boxer;
    assert.ok(boxer);
    await n.do(n.a.receive(w.now, cheat.seat, await boxer.seal(encodeContent({ statement: forged.raw }))));
  }
  await w.enter(ghost);
  await w.run(3000);
  noKeys(ghost, ...all);
});

test('the gateway cannot make a guest a host', async () => {
  const w = new World();
  w.see = (_n, people) => people.map((p) => ({ ...p, role: 'host' }));
  const [h, a, b] = [await w.host('h'), await w.guest('a'), await w.guest('b')];
  await w.enter(h);
  await w.admit(h, a, b);
  await w.run(3000);
  await w.allHear(h, a, b);
  assert.ok(a.hoard.every((k) => k.private === null));
});

test('boxes are taken once and unchanged', async () => {
  const w = new World();
  /** @type {{ from: Node, to: Node, box: Uint8Array<ArrayBuffer> }[]} */
  const seen = [];
  w.tamper = (from, to, box) => (seen.push({ from, to, box }), box);
  const [h, a] = /** @type {[Node, Node]} */ (await room(w, false, 'a'));
  const before = h.hoard.length;
  for (const m of [...seen]) {
    await m.to.do(m.to.a.receive(w.now, m.from.seat, m.box));
    const flipped = m.box.slice();
    flipped[flipped.length - 1] ^= 1;
    await m.to.do(m.to.a.receive(w.now, m.from.seat, flipped));
  }
  await w.run(2000);
  assert.equal(h.hoard.length, before);
  await w.allHear(h, a);
});
