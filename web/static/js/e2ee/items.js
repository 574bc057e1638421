/** What is in a box: items of type (1), length (2) and value, in order (§5.3). */
import { maxEpoch } from './hello.js';
import { be, cat, Reader } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */

/**
 * @typedef {object} KeyItem a sender's key of an epoch, for whom it was made, and the commitment to the sender's part of the safety code
 * @property {number} epoch
 * @property {number} statement serial of the newest statement that the sender has
 * @property {Bytes} members
 * @property {Bytes} commit
 * @property {Bytes} key
 * @property {Bytes | null} private
 *
 * @typedef {{ epoch: number, what: number, statement: number }} AckItem
 * @typedef {{ epoch: number, round: Bytes, nonce: Bytes }} RevealItem
 * @typedef {{ statement?: Bytes, key?: KeyItem, ack?: AckItem, reveal?: RevealItem }} Content
 */

const itemStatement = 1;
const itemKey = 2;
const itemAck = 3;
const itemReveal = 4;

export const ackKey = 1;
export const ackReveal = 2;

/** @param {Content} c */
export const isEmpty = (c) => !c.statement && !c.key && !c.ack && !c.reveal;

/** @param {number} type @param {Bytes} value */
const item = (type, value) => cat(type, be(value.length, 2), value);

/** @param {Content} c */
export function encodeContent(c) {
  const { statement, key: k, ack: a, reveal: v } = c;
  return cat(
    statement ? item(itemStatement, statement) : '',
    k ? item(itemKey, cat(be(k.epoch, 4), be(k.statement, 8), k.members, k.commit, k.key, k.private ?? '')) : '',
    a ? item(itemAck, cat(be(a.epoch, 4), a.what, be(a.statement, 8))) : '',
    v ? item(itemReveal, cat(be(v.epoch, 4), v.round, v.nonce)) : '',
  );
}

/** Each kind at most once, in order. @param {Bytes} plain @returns {Content | null} */
export function parseContent(plain) {
  /** @type {Content} */
  const c = {};
  const r = new Reader(plain);
  let last = 0;
  while (r.left > 0 && !r.bad) {
    const type = r.uint(1);
    const value = new Reader(r.take(r.uint(2)));
    if (type <= last || r.bad || !read(c, type, value)) return null;
    last = type;
  }
  return r.done ? c : null;
}

/** @param {Content} c @param {number} type @param {Reader} r */
function read(c, type, r) {
  if (type === itemStatement) c.statement = r.take(r.left);
  else if (type === itemKey) c.key = readKey(r);
  else if (type === itemAck) c.ack = { epoch: r.uint(4), what: r.uint(1), statement: r.uint(8) };
  else if (type === itemReveal) c.reveal = { epoch: r.uint(4), round: r.take(32), nonce: r.take(32) };
  else return false;
  return r.done;
}

/** @param {Reader} r @returns {KeyItem} */
function readKey(r) {
  const k = { epoch: r.uint(4), statement: r.uint(8), members: r.take(32), commit: r.take(32), key: r.take(32), private: r.left > 0 ? r.take(32) : null };
  if (k.epoch === 0 || k.epoch > maxEpoch) r.bad = true;
  return k;
}
