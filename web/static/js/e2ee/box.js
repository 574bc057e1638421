/** Sealed messages between two page loads (§5.2). */
import { typeBox, version } from './hello.js';
import { authDecap, authEncap, keySchedule, modeAuth, modeAuthPsk, newKeyPair } from './hpke.js';
import { tagSize } from './sframe.js';
import { pointSize } from './seat.js';
import { be, cat, lp, Reader, same, utf8 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./hpke.js').KeyPair} KeyPair */

/**
 * What one direction between two page loads depends on.
 * @typedef {object} Pair
 * @property {string} session
 * @property {Bytes} fromKey
 * @property {Bytes} fromDh
 * @property {Bytes} toKey
 * @property {Bytes} toDh
 * @property {Bytes | null} psk
 */

const head = 3 + 8 + pointSize;
const pskId = utf8('anteroom-e2ee-v1 link');

/** @param {Pair} p */
export const pairInfo = (p) => cat('anteroom-e2ee-v1 box', lp(p.session), p.fromKey, p.fromDh, p.toKey, p.toDh);

/** @param {Bytes | null} psk */
export const modeOf = (psk) => (psk ? modeAuthPsk : modeAuth);

/** Seals boxes for one page load of another seat. */
export class Boxer {
  /** @param {number} mode @param {import('./hpke.js').HpkeContext} context */
  constructor(mode, context) {
    this.mode = mode;
    this.context = context;
    this.next = 0;
  }

  /** @param {Pair} p @param {KeyPair} own @param {KeyPair} [ephemeral] */
  static async make(p, own, ephemeral) {
    const { secret, enc } = await authEncap(ephemeral ?? (await newKeyPair()), p.toDh, own);
    return new Boxer(modeOf(p.psk), await keySchedule(secret, pairInfo(p), p.psk, pskId, enc));
  }

  /** @param {Bytes} plain */
  async seal(plain) {
    const seq = this.next++;
    const front = cat(typeBox, version, this.mode, be(seq, 8), this.context.enc);
    return cat(front, await this.context.seal(seq, front, plain));
  }
}

/** Opens what one page load sends: the first context that authenticates is the only one, and each number comes once. */
export class Unboxer {
  constructor() {
    this.mode = 0;
    /** @type {import('./hpke.js').HpkeContext | null} */
    this.context = null;
    this.next = 0;
  }

  /** @param {Pair} p @param {KeyPair} own @param {Bytes} box @returns {Promise<Bytes | null>} */
  async open(p, own, box) {
    const mode = modeOf(p.psk);
    if (box.length < head + tagSize || box[0] !== typeBox || box[1] !== version || box[2] !== mode) return null;
    const r = new Reader(box.slice(3, head));
    const seq = r.uint(8);
    const enc = r.take(pointSize);
    if (r.bad) return null;
    try {
      const context = await this.contextFor(p, own, enc, mode);
      if (!context || (context === this.context && seq < this.next)) return null;
      const plain = await context.open(seq, box.slice(0, head), box.slice(head));
      this.mode = mode;
      this.context = context;
      this.next = seq + 1;
      return plain;
    } catch {
      return null;
    }
  }

  /** A pair that came to share a link secret begins anew with it. @param {Pair} p @param {KeyPair} own @param {Bytes} enc @param {number} mode */
  async contextFor(p, own, enc, mode) {
    if (this.context && this.mode === mode) return same(this.context.enc, enc) ? this.context : null;
    return keySchedule(await authDecap(enc, own, p.fromDh), pairInfo(p), p.psk, pskId, enc);
  }
}
