import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Opener } from '../../static/js/e2ee/opener.js';
import { Sealer } from '../../static/js/e2ee/sealer.js';
import { kinds, parseHeader, splitFrame } from '../../static/js/e2ee/sframe.js';
import { base64, cat, random, utf8 } from '../../static/js/e2ee/wire.js';
import { ReplayWindow, windowSize } from '../../static/js/e2ee/window.js';

const seat = base64(Uint8Array.from([1, 2, 3, ...new Uint8Array(13)]));
/** The same first octets, so the same key names. */
const other = base64(Uint8Array.from([1, 2, 4, ...new Uint8Array(13)]));
const key = random(32);
const secret = random(32);
const delta = cat(Uint8Array.from([0x31, 2, 0]), random(50));

async function ends() {
  const sealer = new Sealer(seat);
  const opener = new Opener();
  await sealer.use({ epoch: 1, key, private: secret });
  await opener.add({ seat, epoch: 1, key, private: null });
  const seal = async (/** @type {any} */ kind, /** @type {any} */ frame) => /** @type {Uint8Array<ArrayBuffer>} */ (await sealer.seal(kind, frame));
  return { sealer, opener, seal };
}

test('no frame opens without its key', async () => {
  const { seal } = await ends();
  const frame = await seal(kinds.camera, delta);
  assert.deepEqual(await new Opener().open(seat, kinds.camera, frame), { ok: false, why: 'no key' });
  const wrong = new Opener();
  await wrong.add({ seat, epoch: 1, key: random(32), private: null });
  assert.deepEqual(await wrong.open(seat, kinds.camera, frame), { ok: false, why: 'refused' });
  assert.equal(await new Sealer(seat).seal(kinds.audio, utf8('x')), null);
});

test('every octet is authenticated', async () => {
  const { opener, seal } = await ends();
  const frame = await seal(kinds.camera, delta);
  for (let i = 0; i < frame.length; i++) {
    const flipped = frame.slice();
    flipped[i] = /** @type {number} */ (flipped[i]) ^ (1 << i % 8);
    assert.equal((await opener.open(seat, kinds.camera, flipped)).ok, false, `octet ${i}`);
    assert.equal((await opener.open(seat, kinds.camera, frame.slice(0, i))).ok, false, `cut at ${i}`);
  }
  assert.ok((await opener.open(seat, kinds.camera, frame)).ok);
});

test('a frame opens once, and not under another kind or sender', async () => {
  const { sealer, opener, seal } = await ends();
  await opener.add({ seat: other, epoch: 1, key, private: null });
  const frame = await seal(kinds.camera, delta);
  for (const kind of [kinds.screen, kinds.audio]) assert.equal((await opener.open(seat, kind, frame)).ok, false);
  assert.equal((await opener.open(other, kinds.camera, frame)).ok, false);
  const twice = await Promise.all([opener.open(seat, kinds.camera, frame), opener.open(seat, kinds.camera, frame)]);
  assert.equal(twice.filter((o) => o.ok).length, 1);
  await opener.add({ seat, epoch: 1, key, private: null });
  assert.equal((await opener.open(seat, kinds.camera, frame)).ok, false);
  const one = sealer.next;
  assert.ok((await opener.open(seat, kinds.audio, await seal(kinds.audio, utf8('one')))).ok);
  sealer.next = one; // a broken or hostile sender
  assert.equal((await opener.open(seat, kinds.audio, await seal(kinds.audio, utf8('two')))).ok, false);
});

test('counters are shared by all streams, also when frames are sealed at once', async () => {
  const { sealer, seal } = await ends();
  const all = [kinds.audio, kinds.camera, kinds.screen].flatMap((kind) => Array.from({ length: 20 }, () => ({ kind, frame: seal(kind, delta) })));
  const counters = new Set();
  for (const { kind, frame } of all) counters.add(parseHeader(splitFrame(kind, await frame)?.header ?? new Uint8Array(0))?.ctr);
  assert.equal(counters.size, 60);
  await sealer.use({ epoch: 2, key: random(32), private: secret });
  const next = parseHeader(splitFrame(kinds.audio, await seal(kinds.audio, delta))?.header ?? new Uint8Array(0))?.ctr;
  assert.equal(next, 60n);
});

test('the replay window is bounded', () => {
  const w = new ReplayWindow();
  for (const c of [0, 5, 3]) {
    assert.ok(w.fresh(c));
    w.mark(c);
    assert.ok(!w.fresh(c));
  }
  w.mark(windowSize + 1);
  assert.ok(!w.fresh(1) && w.fresh(2) && !w.fresh(3) && !w.fresh(5));
  w.mark(10 * windowSize);
  assert.ok(!w.fresh(windowSize + 1) && w.fresh(10 * windowSize - 1));
});

test('private chat needs the key that only hosts have', async () => {
  const { sealer, opener } = await ends();
  const message = /** @type {Uint8Array<ArrayBuffer>} */ (await sealer.sealText(kinds.private, 'to the hosts'));
  assert.equal(await opener.openText(seat, kinds.private, message), null);
  assert.equal(await opener.openText(seat, kinds.chat, message), null);
  const host = new Opener();
  await host.add({ seat, epoch: 1, key, private: secret });
  assert.equal(await host.openText(seat, kinds.private, message), 'to the hosts');
  assert.equal(await host.openText(seat, kinds.private, message), null);
});

test('the clear part is what the gateway needs', async () => {
  const { sealer, seal } = await ends();
  const picture = cat(Uint8Array.from([0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]), random(40));
  for (const [kind, frame, clear] of /** @type {const} */ ([[kinds.camera, picture, 10], [kinds.screen, picture, 10], [kinds.camera, delta, 3], [kinds.audio, random(40), 0]])) {
    const out = await seal(kind, frame);
    assert.deepEqual(out.slice(0, clear), frame.slice(0, clear));
    assert.ok(!Buffer.from(out.slice(clear)).includes(Buffer.from(frame.slice(-8))));
    assert.ok(out.length - frame.length <= 25);
  }
  assert.equal(await sealer.seal(kinds.camera, picture.slice(0, 9)), null);
});

test('what a frame costs', async (t) => {
  const { opener, seal } = await ends();
  const frame = cat(Uint8Array.from([0x31, 2, 0]), random(4000));
  const times = { seal: 0, open: 0 };
  const rounds = 200;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    const out = await seal(kinds.camera, frame);
    const half = performance.now();
    assert.ok((await opener.open(seat, kinds.camera, out)).ok);
    times.seal += half - start;
    times.open += performance.now() - half;
  }
  t.diagnostic(`4 kB: seal ${(times.seal / rounds).toFixed(3)} ms, open ${(times.open / rounds).toFixed(3)} ms, ${(await seal(kinds.camera, frame)).length - frame.length} octets more`);
});
