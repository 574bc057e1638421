/**
 * Who gets keys (docs/e2ee.md): the state machine of one page load of one seat.
 * It knows no socket, no document and no clock: it is fed with what the gateway
 * shows and relays, with the person's own decisions and with the time, and
 * answers with what is to be done. Inputs are worked off one after the other.
 *
 * A key leaves only in a box for a seat that a trusted host vouched for; a key
 * that somebody holds who has left the circle is never used again.
 */
import { Boxer, modeOf } from './box.js';
import { confirm } from './confirm.js';
import { greet } from './greet.js';
import { newKeyPair } from './hpke.js';
import { encodeContent, isEmpty } from './items.js';
import { hasMember, pairTo, Peer } from './peers.js';
import { take } from './receive.js';
import { adopt, expire, install, regroup, retry, switchOver } from './rotate.js';
import { guest, host, seatOf } from './seat.js';
import { pairKeys } from './secret.js';
import { parseStatement } from './statement.js';
import { dueOf, keepOf, statusOf } from './status.js';
import { pin, vouch } from './vouch.js';
import { unbase64 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./peers.js').Person} Person */

/**
 * What an agreement wants done, in this order.
 * @typedef {{ type: 'send', to: string, box: Bytes }
 *   | { type: 'use', epoch: number, key: Bytes, private: Bytes, grown: boolean }
 *   | { type: 'receive', seat: string, epoch: number, key: Bytes, private: Bytes | null }
 *   | { type: 'forget', seat: string, before?: number }} Output
 *
 * @typedef {object} Config
 * @property {string} session
 * @property {CryptoKey} signKey the seat's private key
 * @property {Bytes} key the seat's public key
 * @property {'guest' | 'host'} role
 * @property {Bytes | null} secret what the link carried behind its token
 * @property {string} [invite] the token's claim `sub`, with a guest's secret
 * @property {string} [jti] the token's claim `jti`, with a guest's secret
 * @property {import('./status.js').Kept | null} [kept] what an earlier page load of the same seat kept
 * @property {number} now
 */

export class Agreement {
  /** Use `make`. @param {Config} config @param {string} seat @param {import('./hpke.js').KeyPair} own @param {import('./secret.js').PairKeys | null} pair */
  constructor(config, seat, own, pair) {
    this.session = config.session;
    this.signKey = config.signKey;
    this.key = config.key;
    this.role = config.role === 'host' ? /** @type {import('./seat.js').RoleOctet} */ (host) : guest;
    this.hostSecret = config.role === 'host' ? config.secret : null;
    this.pair = pair;
    this.invite = config.invite ?? '';
    this.jti = config.jti ?? '';
    this.seat = seat;
    this.own = own;
    this.serial = Math.max(Math.floor(config.now), (config.kept?.serial ?? 0) + 1);

    /** @type {Map<string, Peer>} */
    this.peers = new Map();
    /** Seats of the newest circle. @type {string[]} */
    this.order = [];
    /** Hosts whose word counts. @type {Set<string>} */
    this.hosts = new Set(config.kept?.hosts);
    /** @type {import('./statement.js').Statement | null} */
    this.statement = null;

    /** Let in by this host; true: although unproved. @type {Map<string, boolean>} */
    this.wanted = new Map((config.kept?.wanted ?? []).map((seat) => [seat, false]));
    /** Greeted by this host. @type {Map<string, boolean>} */
    this.door = new Map();
    /** Was in the room and went: needs a new decision. @type {Set<string>} */
    this.gone = new Set(config.kept?.gone);
    this.clear = false;
    this.vouchAt = 0;

    this.epoch = 0;
    /** @type {import('./rotate.js').Group | null} */
    this.current = null;
    this.pending = false;
    this.grewAt = 0;
    this.started = false;
    this.mismatch = false;
    this.again = false;
    /** @type {Output[]} */
    this.out = [];
    /** Inputs that are not worked off yet. */
    this.waiting = 0;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
  }

  /** @param {Config} config */
  static async make(config) {
    const pair = config.role === 'guest' && config.secret ? await pairKeys(config.secret, config.session) : null;
    const a = new Agreement(config, await seatOf(config.session, config.key), await newKeyPair(), pair);
    const raw = config.kept?.statement ? unbase64(config.kept.statement) : null;
    if (raw) a.statement = await parseStatement(a.session, raw);
    return a;
  }

  /**
   * Tells who is there, by the newest view (see roster.js). A seat that is not
   * in and not greeted has an empty circle.
   * @param {number} now @param {Person[]} people
   */
  circle(now, people) {
    return this.step(now, () => {
      this.started = true;
      const shown = new Map(people.filter((p) => p.seat !== this.seat && unbase64(p.seat)?.length === 16).map((p) => [p.seat, p]));
      this.order = [...shown.keys()];
      for (const person of shown.values()) this.peer(person.seat).arrive(now, person);
      for (const p of this.peers.values()) if (p.present && (!shown.has(p.seat) || p.person.door)) this.left(p, shown.has(p.seat));
    });
  }

  /** Somebody is not in the room: coming in again takes a new decision of a host. @param {Peer} p @param {boolean} atDoor */
  left(p, atDoor) {
    if (p.inRoom) {
      this.wanted.delete(p.seat);
      this.gone.add(p.seat);
    }
    p.inRoom = false;
    p.out = {};
    if (atDoor) return;
    p.present = false;
    p.person = { ...p.person, with: false, door: false };
    this.door.delete(p.seat);
  }

  /** A message that the gateway relayed. @param {number} now @param {string} from @param {Bytes} message */
  receive(now, from, message) {
    return this.step(now, async () => {
      const p = this.peers.get(from);
      if (p?.present) await take(this, now, p, message);
    });
  }

  /**
   * A person's decision. A host lets seats into the room, with `unproved` also
   * such as cannot prove their link; a guest trusts a host that cannot.
   * @param {number} now @param {string[]} seats @param {boolean} [unproved]
   */
  allow(now, seats, unproved = false) {
    return this.step(now, () => {
      for (const seat of seats) {
        if (this.role !== host) this.hosts.add(seat);
        else {
          this.wanted.set(seat, unproved);
          this.gone.delete(seat);
        }
      }
    });
  }

  /** A host's decision to talk with somebody at the door. @param {number} now @param {string} seat @param {boolean} [unproved] */
  greet(now, seat, unproved = false) {
    return this.step(now, () => {
      if (this.role === host) this.door.set(seat, unproved);
    });
  }

  /** A host's decision to send somebody out, or not to let them in: at once, whatever the gateway does. @param {number} now @param {string} seat */
  deny(now, seat) {
    return this.step(now, () => {
      if (this.role !== host) return;
      this.wanted.delete(seat);
      this.door.delete(seat);
      this.gone.add(seat);
    });
  }

  /** A host's decision that the room may do without encryption. @param {number} now @param {boolean} clear */
  permitClear(now, clear) {
    return this.step(now, () => {
      this.clear = clear && this.role === host;
    });
  }

  /** Messages may have been lost, since the connection was. @param {number} now */
  resume(now) {
    return this.step(now, () => {
      for (const p of this.peers.values()) p.hurry(now);
    });
  }

  /** Does what is due. @param {number} now */
  tick(now) {
    return this.step(now, () => {});
  }

  due() {
    return dueOf(this);
  }

  status() {
    return statusOf(this);
  }

  keep() {
    return keepOf(this);
  }

  /**
   * One input after the other; what comes in a burst is answered together, by
   * the last of it.
   * @param {number} now @param {() => void | Promise<void>} input @returns {Promise<Output[]>}
   */
  step(now, input) {
    this.waiting++;
    const result = this.queue.then(async () => {
      try {
        await input();
      } finally {
        this.waiting--;
      }
      return this.waiting === 0 ? this.settle(now) : [];
    });
    this.queue = result.catch(() => {});
    return result;
  }

  /** Brings everything in line with what is known. @param {number} now */
  async settle(now) {
    if (!this.started) return [];
    do {
      this.again = false;
      pin(this);
      await vouch(this, now);
      await regroup(this, now);
      await adopt(this, now);
      install(this, now);
      await confirm(this);
    } while (this.again);
    switchOver(this, now);
    retry(this, now);
    expire(this, now);
    const before = this.out.length;
    await greet(this, now);
    // Announcements go first: whoever gets a box must know this page load.
    this.out.unshift(...this.out.splice(before));
    return this.flush();
  }

  /** Puts what there is for each seat into one box. */
  async flush() {
    for (const p of this.circlePeers()) if (!isEmpty(p.out)) await this.box(p);
    return this.out.splice(0);
  }

  /** @param {Peer} p */
  async box(p) {
    const told = p.out;
    p.out = {};
    if (!p.hello || p.refused) return;
    if (!this.current || !hasMember(this.current.members, p)) {
      delete told.key; // nobody but members, whatever led here
      delete told.reveal;
    }
    if (p.boxer?.mode !== modeOf(p.psk)) {
      p.boxer = await Boxer.make(pairTo(this, p, p.hello), this.own);
      if (this.statement) told.statement = this.statement.raw;
    }
    if (!isEmpty(told)) this.emit({ type: 'send', to: p.seat, box: await p.boxer.seal(encodeContent(told)) });
  }

  /** @param {Output} o */
  emit(o) {
    this.out.push(o);
  }

  /** @param {string} seat */
  peer(seat) {
    let p = this.peers.get(seat);
    if (!p) this.peers.set(seat, (p = new Peer(seat)));
    return p;
  }

  circlePeers() {
    return this.order.map((seat) => this.peer(seat));
  }
}
