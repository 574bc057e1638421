/** What is known of other seats. Kept while this page load lasts, also while a seat is away: what was seen once is not taken again. */
import { Unboxer } from './box.js';
import { firstRetry } from './times.js';
import { same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./agreement.js').Agreement} Agreement */

/**
 * Somebody else in the session, as the gateway says. It is not believed: it can
 * only lead to less being sent, never to more.
 * @typedef {object} Person
 * @property {string} seat
 * @property {'guest' | 'host'} role
 * @property {boolean} online
 * @property {boolean} capable
 * @property {boolean} with media is exchanged with that person now
 * @property {boolean} door this host talks with that person at the door
 */

/** @typedef {'' | 'guest' | 'host'} Proof what a seat has shown of a link secret, and as what */
/** @typedef {'' | 'proof' | 'commitment'} Refusal its proof is wrong; it changed what it had committed to */

/** What belongs to one page load of a seat. */
class Load {
  /** @param {import('./hello.js').Hello | null} hello */
  constructor(hello) {
    this.hello = hello;
    /** @type {Proof} */
    this.proof = '';
    /** When both sides have proved a secret that they share. @type {import('./secret.js').PairKeys | null} */
    this.pair = null;
    /** @type {Refusal} */
    this.refused = '';
    /** @type {import('./box.js').Boxer | null} */
    this.boxer = null;
    this.unboxer = new Unboxer();
    /** Its newest. @type {import('./items.js').KeyItem | null} */
    this.key = null;
    /** The epoch of its key that is in use here, 0 none. */
    this.installed = 0;
    /** Epochs up to this one are not taken again. */
    this.dropped = 0;
    this.oldUntil = 0;
    /** @type {import('./items.js').RevealItem | null} */
    this.reveal = null;
    /** Epochs of ours that it has. */
    this.ackKey = 0;
    this.ackReveal = 0;
    /** @type {import('./items.js').Content} */
    this.out = {};
    /** It waits for our hello. */
    this.answer = false;
    this.helloAt = 0;
    this.helloWas = 0;
    this.helloGap = firstRetry;
    this.retryAt = 0;
    this.retryGap = firstRetry;
  }
}

export class Peer extends Load {
  /** @param {string} seat */
  constructor(seat) {
    super(null);
    this.seat = seat;
    /** @type {Person} */
    this.person = { seat, role: 'guest', online: false, capable: false, with: false, door: false };
    this.present = false;
    /** Seen in the room, not only at the door. */
    this.inRoom = false;
    /** Newcomers do not wait for it any more. */
    this.late = false;
  }

  /** Begins again with a page load. @param {import('./hello.js').Hello} hello */
  reset(hello) {
    Object.assign(this, new Load(hello));
  }

  /** What the newest view says. @param {number} now @param {Person} person */
  arrive(now, person) {
    if (!this.present || (person.online && !this.person.online)) this.hurry(now);
    this.person = person;
    this.present = true;
    this.inRoom ||= !person.door;
  }

  /** Sends at once whatever is missing. @param {number} now */
  hurry(now) {
    this.helloAt = this.retryAt = now;
    this.helloGap = this.retryGap = firstRetry;
    this.late = false;
  }

  get psk() {
    return this.pair?.psk ?? null;
  }

  /** There, with a device that can, and with us. */
  get reachable() {
    return this.present && this.person.with && this.person.online && this.person.capable;
  }
}

/** The direction to p's page load. @param {Agreement} a @param {Peer} p @param {import('./hello.js').Hello} hello @returns {import('./box.js').Pair} */
export const pairTo = (a, p, hello) => ({ session: a.session, fromKey: a.key, fromDh: a.own.publicKey, toKey: hello.key, toDh: hello.dh, psk: p.psk });

/** The direction from it. @param {Agreement} a @param {Peer} p @param {import('./hello.js').Hello} hello @returns {import('./box.js').Pair} */
export const pairFrom = (a, p, hello) => ({ session: a.session, fromKey: hello.key, fromDh: hello.dh, toKey: a.key, toDh: a.own.publicKey, psk: p.psk });

/** Ends all exchange with a page load. @param {Agreement} a @param {Peer} p @param {Refusal} why */
export function refuse(a, p, why) {
  p.refused = why;
  a.again = true;
  p.out = {};
  dropPeer(a, p);
}

/** Forgets a seat's media keys; they are not taken again. @param {Agreement} a @param {Peer} p */
export function dropPeer(a, p) {
  if (p.installed === 0) return;
  a.emit({ type: 'forget', seat: p.seat });
  p.dropped = p.installed;
  p.installed = p.oldUntil = 0;
}

/** Begins again with a seat that has loaded its page anew. @param {Agreement} a @param {number} now @param {Peer} p @param {import('./hello.js').Hello} hello */
export function renew(a, now, p, hello) {
  dropPeer(a, p);
  p.reset(hello);
  p.hurry(now);
}

/** @typedef {import('./code.js').Member} Member */

/** @param {Member[]} members @param {Peer} p */
export const hasMember = (members, p) => p.hello !== null && hasLoad(members, p.seat, p.hello.dh);

/** Whether one page load of a seat is among the members. @param {Member[]} members @param {string} seat @param {Bytes} dh */
export const hasLoad = (members, seat, dh) => members.some((m) => m.seat === seat && same(m.dh, dh));
