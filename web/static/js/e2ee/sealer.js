/** Encrypts what this seat sends. */
import { allKinds, authenticated, clearSize, deriveKey, encodeHeader, encrypt, keyId, kinds, seatOctets } from './sframe.js';
import { cat, utf8 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./sframe.js').Kind} Kind */
/** @typedef {{ epoch: number, key: Bytes, private: Bytes }} SendKey */

export class Sealer {
  /** @param {string} seat */
  constructor(seat) {
    this.seat = seatOctets(seat);
    /** @type {{ kid: number, key: import('./sframe.js').SframeKey }[]} by kind */
    this.keys = [];
    /** Counts everything that was ever sealed, over all kinds and keys: no nonce can come twice. */
    this.next = 0;
  }

  get ready() {
    return this.keys.length > 0;
  }

  /** All that follows is sealed with the keys of this epoch. @param {SendKey} k */
  async use(k) {
    this.keys = await Promise.all(allKinds.map(async (kind) => {
      const kid = keyId(this.seat, k.epoch, kind);
      return { kid, key: await deriveKey(kind === kinds.private ? k.private : k.key, kid) };
    }));
  }

  /** clear, ciphertext, header, length of the header; null without a key, or when it is no frame of that kind. @param {Kind} kind @param {Bytes} frame @returns {Promise<Bytes | null>} */
  async seal(kind, frame) {
    const size = clearSize(kind, frame);
    const step = size <= frame.length ? this.step(kind) : null;
    if (!step) return null;
    const clear = frame.subarray(0, size);
    const sealed = await encrypt(step.key, step.ctr, frame.subarray(clear.length), authenticated(step.header, kind, this.seat, clear));
    return cat(clear, new Uint8Array(sealed), step.header, step.header.length);
  }

  /** header, ciphertext. @param {Kind} kind @param {string} text @returns {Promise<Bytes | null>} */
  async sealText(kind, text) {
    const step = this.step(kind);
    if (!step) return null;
    const sealed = await encrypt(step.key, step.ctr, utf8(text), authenticated(step.header, kind, this.seat, new Uint8Array(0)));
    return cat(step.header, new Uint8Array(sealed));
  }

  /** Takes a counter before anything waits, so that nobody else can take it. @param {Kind} kind */
  step(kind) {
    const k = this.keys[kind];
    if (!k || this.next >= Number.MAX_SAFE_INTEGER) return null;
    const ctr = BigInt(this.next++);
    return { key: k.key, ctr, header: encodeHeader(k.kid, ctr) };
  }
}
