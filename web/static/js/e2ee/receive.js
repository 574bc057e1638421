/** Taking in what the gateway relays. Whatever is malformed, not authentic or out of date is dropped. */
import { onHello } from './greet.js';
import { parseHello, typeBox, typeHello } from './hello.js';
import { ackKey, ackReveal, parseContent } from './items.js';
import { pairFrom, refuse } from './peers.js';
import { onStatement } from './vouch.js';
import { same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./peers.js').Peer} Peer */

/** @param {Agreement} a @param {number} now @param {Peer} p @param {Bytes} message */
export async function take(a, now, p, message) {
  if (message[0] === typeHello) {
    const h = await parseHello(a.session, p.seat, message);
    if (h) await onHello(a, now, p, h);
  } else if (message[0] === typeBox) {
    await onBox(a, p, message);
  }
}

/** @param {Agreement} a @param {Peer} p @param {Bytes} message */
async function onBox(a, p, message) {
  if (!p.hello || p.refused) return;
  const plain = await p.unboxer.open(pairFrom(a, p, p.hello), a.own, message);
  const c = plain && parseContent(plain);
  if (!c) return;
  if (c.statement) await onStatement(a, c.statement);
  if (c.key) onKey(a, p, c.key);
  if (c.ack) onAck(a, p, c.ack);
  if (c.reveal) onReveal(a, p, c.reveal);
}

/** Pins the first announcement of each epoch. @param {Agreement} a @param {Peer} p @param {import('./items.js').KeyItem} k */
function onKey(a, p, k) {
  remind(a, p, k.statement);
  if (!p.key || k.epoch > p.key.epoch) {
    p.key = k;
  } else if (k.epoch === p.key.epoch) {
    if (!same(k.members, p.key.members) || !same(k.commit, p.key.commit) || !same(k.key, p.key.key)) refuse(a, p, 'commitment');
    else if (p.installed === k.epoch) acknowledge(a, p, k.epoch, ackKey);
  }
}

/** @param {Agreement} a @param {Peer} p @param {import('./items.js').AckItem} ack */
function onAck(a, p, ack) {
  remind(a, p, ack.statement);
  if (!a.current || ack.epoch !== a.epoch) return;
  if (ack.what & ackKey) p.ackKey = ack.epoch;
  if (ack.what & ackReveal) p.ackReveal = ack.epoch;
}

/** @param {Agreement} a @param {Peer} p @param {import('./items.js').RevealItem} r */
function onReveal(a, p, r) {
  if (!p.reveal || r.epoch > p.reveal.epoch) {
    p.reveal = r;
  } else if (r.epoch === p.reveal.epoch && !(same(r.round, p.reveal.round) && same(r.nonce, p.reveal.nonce))) {
    return refuse(a, p, 'commitment');
  }
  acknowledge(a, p, r.epoch, ackReveal);
}

/** @param {Agreement} a @param {Peer} p @param {number} epoch @param {number} what */
export function acknowledge(a, p, epoch, what) {
  const before = p.out.ack?.epoch === epoch ? p.out.ack.what : 0;
  p.out.ack = { epoch, what: before | what, statement: a.statement?.serial ?? 0 };
}

/** Gives the newest statement to whoever has an older one. @param {Agreement} a @param {Peer} p @param {number} serial */
function remind(a, p, serial) {
  if (a.statement && serial < a.statement.serial) p.out.statement = a.statement.raw;
}
