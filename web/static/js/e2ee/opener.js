/** Decrypts what others send. */
import { allKinds, authenticated, decrypt, deriveKey, keyId, kinds, parseHeader, seatOctets, splitFrame, splitSealed } from './sframe.js';
import { cat } from './wire.js';
import { ReplayWindow } from './window.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./sframe.js').Kind} Kind */
/** @typedef {{ seat: string, epoch: number, key: Bytes, private: Bytes | null }} ReceiveKey */
/** @typedef {{ seat: string, before?: number }} Forget without `before`: all of the seat's keys */
/** @typedef {{ epoch: number, sender: Bytes, slots: ({ kid: bigint, key: import('./sframe.js').SframeKey, window: ReplayWindow } | null)[] }} EpochKeys */
/** @typedef {{ ok: true, plain: Bytes } | { ok: false, why: 'no key' | 'refused' }} Opened `no key`: it may be on its way */

/** The keys kept of one seat; the agreement drops them earlier. */
const maxEpochs = 4;

const refused = /** @type {const} */ ({ ok: false, why: 'refused' });
const noKey = /** @type {const} */ ({ ok: false, why: 'no key' });

export class Opener {
  constructor() {
    /** Newest first. @type {Map<string, EpochKeys[]>} */
    this.seats = new Map();
    /** Rises with every change of keys, so that one who waits for a key can tell. */
    this.changes = 0;
  }

  /** The same again changes nothing: a key keeps its replay window. @param {ReceiveKey} k */
  async add(k) {
    const known = () => this.seats.get(k.seat) ?? [];
    if (known().some((e) => e.epoch === k.epoch)) return;
    const sender = seatOctets(k.seat);
    const slots = await Promise.all(allKinds.map(async (kind) => {
      const base = kind === kinds.private ? k.private : k.key;
      const kid = keyId(sender, k.epoch, kind);
      return base && { kid: BigInt(kid), key: await deriveKey(base, kid), window: new ReplayWindow() };
    }));
    if (known().some((e) => e.epoch === k.epoch)) return; // meanwhile
    this.seats.set(k.seat, [{ epoch: k.epoch, sender, slots }, ...known()].slice(0, maxEpochs));
    this.changes++;
  }

  /** @param {Forget} f */
  forget(f) {
    const before = f.before;
    if (before === undefined) this.seats.delete(f.seat);
    else this.seats.set(f.seat, (this.seats.get(f.seat) ?? []).filter((e) => e.epoch >= before));
    this.changes++;
  }

  /** A frame that is said to be of this sender and kind. @param {string} seat @param {Kind} kind @param {Bytes} frame @returns {Promise<Opened>} */
  async open(seat, kind, frame) {
    const parts = splitFrame(kind, frame);
    if (!parts) return refused;
    const opened = await this.unlock(seat, kind, parts.sealed, parts.header, parts.clear);
    return opened.ok && parts.clear.length > 0 ? { ok: true, plain: cat(parts.clear, opened.plain) } : opened;
  }

  /** @param {string} seat @param {Kind} kind @param {Bytes} message @returns {Promise<string | null>} */
  async openText(seat, kind, message) {
    const parts = splitSealed(message);
    const opened = parts && (await this.unlock(seat, kind, parts.sealed, parts.header, new Uint8Array(0)));
    return opened?.ok ? new TextDecoder().decode(opened.plain) : null;
  }

  /** @param {string} seat @param {Kind} kind @param {Bytes} sealed @param {Bytes} header @param {Bytes} clear @returns {Promise<Opened>} */
  async unlock(seat, kind, sealed, header, clear) {
    const h = parseHeader(header);
    if (!h || Number(h.kid & 7n) !== kind || h.ctr > BigInt(Number.MAX_SAFE_INTEGER)) return refused;
    const matching = (this.seats.get(seat) ?? []).filter((e) => e.slots[kind]?.kid === h.kid);
    for (const e of matching) {
      const plain = await this.tryOne(e, kind, h.ctr, sealed, authenticated(header, kind, e.sender, clear));
      if (plain) return { ok: true, plain };
    }
    return matching.length > 0 ? refused : noKey;
  }

  /** @param {EpochKeys} e @param {Kind} kind @param {bigint} ctr @param {Bytes} sealed @param {Bytes} aad @returns {Promise<Bytes | null>} */
  async tryOne(e, kind, ctr, sealed, aad) {
    const slot = e.slots[kind];
    if (!slot) return null;
    try {
      const plain = await decrypt(slot.key, ctr, sealed, aad);
      // Nothing waits between the question and the mark, so that two copies cannot both pass.
      if (!slot.window.fresh(Number(ctr))) return null;
      slot.window.mark(Number(ctr));
      return new Uint8Array(plain);
    } catch {
      return null;
    }
  }
}
