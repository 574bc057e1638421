import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Frames, holdFor } from '../../static/js/e2ee/frames.js';
import { circleOf, waitingSeats } from '../../static/js/e2ee/roster.js';
import { howToEncrypt } from '../../static/js/e2ee/support.js';
import { base64, random, utf8 } from '../../static/js/e2ee/wire.js';

const [me, she, he] = [base64(random(16)), base64(random(16)), base64(random(16))];

/** @param {any} me @param {any[]} people @param {any[]} [door] @returns {any} */
const view = (me, people, door) => ({ me, people, door });
/** @param {string} seat @param {object} [more] */
const person = (seat, more) => ({ seat, role: 'guest', online: true, e2ee: true, at_door: false, ...more });

test('the circle follows the view', () => {
  assert.deepEqual(circleOf(view({ seat: me, phase: 'waiting' }, [person(she)])), []);
  const both = circleOf(view({ seat: me, phase: 'in' }, [person(me), person(she), person(he, { e2ee: false, online: false })]));
  assert.deepEqual(both, [
    { seat: she, role: 'guest', online: true, capable: true, with: true, door: false },
    { seat: he, role: 'guest', online: false, capable: false, with: true, door: false },
  ]);
  const atDoor = circleOf(view({ seat: me, phase: 'in' }, [person(me, { at_door: true }), person(she), person(he)], [{ seat: he, phase: 'greeted' }]));
  assert.deepEqual(atDoor.map((p) => [p.with, p.door]), [[false, false], [true, true]]);
  const left = circleOf(view({ seat: me, phase: 'in' }, [person(me), person(she, { role: 'host', at_door: true }), person(he)]));
  assert.deepEqual(left.map((p) => p.with), [false, true]);
  const greeted = circleOf(view({ seat: me, phase: 'greeted' }, [person(me), person(she, { role: 'host', at_door: true })]));
  assert.deepEqual(greeted.map((p) => [p.with, p.door]), [[true, false]]);
  assert.deepEqual(waitingSeats(view({}, [], [{ seat: she, phase: 'waiting', online: true }, { seat: he, phase: 'knocking', online: true }])), [she]);
});

async function two() {
  const from = new Frames(she);
  const to = new Frames(me);
  const key = { epoch: 1, key: random(32), private: random(32) };
  await from.use(key);
  const frame = /** @type {Uint8Array<ArrayBuffer>} */ (await from.seal('audio', utf8('sound')));
  return { from, to, key, frame };
}

test('a frame waits for its key and for word of whom it is from', async () => {
  const { to, key, frame } = await two();
  const opening = to.open('r1', frame);
  to.assign([{ receiver: 'r1', seat: she, kind: 'audio' }]);
  await to.receive({ seat: she, ...key });
  assert.deepEqual(await opening, utf8('sound'));
  assert.equal(await to.open('r1', frame), null);
  assert.deepEqual([to.counts.opened, to.counts.refused, to.counts.missing], [1, 1, 0]);
});

test('it does not wait for ever, and others like it not at all', async () => {
  const { from, to, frame } = await two();
  to.assign([{ receiver: 'r1', seat: he, kind: 'audio' }]);
  const start = performance.now();
  assert.equal(await to.open('r1', frame), null);
  const waited = performance.now();
  assert.ok(waited - start >= holdFor - 20);
  for (let i = 0; i < 5; i++) assert.equal(await to.open('r1', /** @type {Uint8Array<ArrayBuffer>} */ (await from.seal('audio', utf8('more')))), null);
  assert.ok(performance.now() - waited < holdFor);
  assert.equal(to.counts.missing, 6);
});

test('a frame of one person is never shown as another\'s', async () => {
  const { to, key, frame } = await two();
  await to.receive({ seat: she, ...key });
  await to.receive({ seat: he, ...key });
  to.assign([{ receiver: 'r1', seat: he, kind: 'audio' }]);
  assert.equal(await to.open('r1', frame), null);
  to.assign([{ receiver: 'r1', seat: she, kind: 'camera' }]);
  assert.equal(await to.open('r1', frame), null);
});

test('without a key nothing is sent, and frames that are not sealed are not shown', async () => {
  const { to, key } = await two();
  assert.equal(await to.seal('audio', utf8('sound')), null);
  await to.receive({ seat: she, ...key });
  to.assign([{ receiver: 'r1', seat: she, kind: 'audio' }]);
  assert.equal(await to.open('r1', utf8('a sound that nobody sealed')), null);
  to.clear = true;
  assert.deepEqual(await to.open('r1', utf8('clear')), utf8('clear'));
});

test('own chat messages open when they come back', async () => {
  const { from } = await two();
  const sealed = /** @type {Uint8Array<ArrayBuffer>} */ (await from.sealText(true, 'hello'));
  assert.equal(await from.openText(she, true, sealed), 'hello');
});

test('what a browser can', () => {
  const stream = { prototype: { createEncodedStreams() {} } };
  const base = { isSecureContext: true, crypto: { subtle: {} }, Worker: class {}, TransformStream: class {} };
  assert.equal(howToEncrypt({ ...base, RTCRtpScriptTransform: class {} }), 'script');
  assert.equal(howToEncrypt({ ...base, RTCRtpSender: stream, RTCRtpReceiver: stream }), 'streams');
  assert.equal(howToEncrypt({ ...base, RTCRtpSender: { prototype: {} } }), '');
  assert.equal(howToEncrypt({ ...base, isSecureContext: false, RTCRtpScriptTransform: class {} }), '');
});
