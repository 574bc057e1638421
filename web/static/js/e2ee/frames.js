/**
 * What happens to every frame (§8.4): sealed on its way out, opened on its way
 * in, or dropped. No document and no worker, so that it can be tested as it is.
 */
import { Opener } from './opener.js';
import { Sealer } from './sealer.js';
import { kinds } from './sframe.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./sframe.js').Kind} Kind */
/** @typedef {'audio' | 'camera' | 'screen'} SlotKind */
/** @typedef {{ receiver: string, seat: string, kind: SlotKind }} SlotOf which receiver is said to carry whom */

/**
 * How long a frame waits for its key, or for word of whom it is from, in
 * milliseconds. A picture that was dropped costs a key frame, so that waiting is
 * cheaper; browsers queue about two seconds of frames.
 */
export const holdFor = 1500;

/** What the page may ask for; no content, no identity. */
const nothingYet = () => ({ sealed: 0, opened: 0, refused: 0, missing: 0, unsent: 0, sealMs: 0, openMs: 0, octets: 0, overhead: 0 });

export class Frames {
  /** @param {string} seat */
  constructor(seat) {
    this.seat = seat;
    this.sealer = new Sealer(seat);
    this.opener = new Opener();
    /** A host allowed sending without encryption. */
    this.clear = false;
    /** @type {Map<string, SlotOf>} */
    this.slots = new Map();
    this.counts = nothingYet();
    /** Those who wait for a change. @type {Set<() => void>} */
    this.waiters = new Set();
    /** Frames like these have waited in vain since the last change. @type {Set<string>} */
    this.hopeless = new Set();
  }

  /** Own chat messages come back, so that the own key opens too. @param {import('./sealer.js').SendKey} key */
  async use(key) {
    await this.opener.add({ seat: this.seat, ...key });
    await this.sealer.use(key);
  }

  /** @param {import('./opener.js').ReceiveKey} key */
  async receive(key) {
    await this.opener.add(key);
    this.changed();
  }

  /** @param {import('./opener.js').Forget} what */
  forget(what) {
    this.opener.forget(what);
    this.changed();
  }

  /** The whole list each time. @param {SlotOf[]} slots */
  assign(slots) {
    this.slots = new Map(slots.map((s) => [s.receiver, s]));
    this.changed();
  }

  changed() {
    this.hopeless.clear();
    for (const wake of this.waiters) wake();
  }

  /** @param {SlotKind} kind @param {Bytes} frame @returns {Promise<Bytes | null>} null: not to be sent */
  async seal(kind, frame) {
    if (this.clear) return frame;
    const start = performance.now();
    const out = await this.sealer.seal(kinds[kind], frame);
    if (!out) {
      this.counts.unsent++;
      return null;
    }
    this.counts.sealed++;
    this.counts.sealMs += performance.now() - start;
    this.counts.octets += frame.length;
    this.counts.overhead += out.length - frame.length;
    return out;
  }

  /** @param {string} receiver @param {Bytes} frame @returns {Promise<Bytes | null>} null: not to be shown */
  async open(receiver, frame) {
    if (this.clear) return frame;
    const until = performance.now() + holdFor;
    for (;;) {
      const start = performance.now();
      const slot = this.slots.get(receiver);
      const opened = slot ? await this.opener.open(slot.seat, kinds[slot.kind], frame) : null;
      if (opened?.ok) {
        this.counts.opened++;
        this.counts.openMs += performance.now() - start;
        return opened.plain;
      }
      if (opened?.why === 'refused') {
        this.counts.refused++;
        return null;
      }
      if (!(await this.wait(`${receiver} ${slot?.seat} ${slot?.kind}`, until))) {
        this.counts.missing++;
        return null;
      }
    }
  }

  /** Waits for a change; false when there is nothing more to wait for. @param {string} name @param {number} until */
  async wait(name, until) {
    const left = until - performance.now();
    if (left <= 0) this.hopeless.add(name);
    if (this.hopeless.has(name)) return false;
    await new Promise((/** @type {(v: void) => void} */ settle) => {
      const timer = setTimeout(wake, left);
      const waiters = this.waiters;
      waiters.add(wake);
      function wake() {
        clearTimeout(timer);
        waiters.delete(wake);
        settle();
      }
    });
    return true;
  }

  /** @param {boolean} onlyHosts @param {string} text */
  sealText(onlyHosts, text) {
    return this.sealer.sealText(onlyHosts ? kinds.private : kinds.chat, text);
  }

  /** @param {string} seat @param {boolean} onlyHosts @param {Bytes} message */
  openText(seat, onlyHosts, message) {
    return this.opener.openText(seat, onlyHosts ? kinds.private : kinds.chat, message);
  }
}
