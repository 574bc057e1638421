/**
 * What a reload finds again: the token until it is redeemed, then the seat.
 * It lies in sessionStorage, which is this tab's alone and is wiped on
 * leaving; on a shared device nothing is kept.
 */

/**
 * @typedef {object} Kept
 * @property {string} jti
 * @property {string} [token] until it is redeemed
 * @property {JsonWebKey} [jwk]
 * @property {string} [point]
 * @property {string} [session] from when the seat is there
 * @property {'guest' | 'host'} [role]
 * @property {{ muted: boolean, camera: boolean }} [media] so that a reload never turns a camera on
 */

const name = 'seat';

export class Keep {
  /** @param {Storage | null} storage null where the browser forbids it: then a reload forgets */
  constructor(storage) {
    this.storage = storage;
    this.shared = false;
    /** @type {Kept | null} */
    this.kept = null;
  }

  /** @returns {Kept | null} */
  read() {
    try {
      const kept = JSON.parse(this.storage?.getItem(name) ?? 'null');
      this.kept = kept && typeof kept.jti === 'string' ? kept : null;
    } catch {
      this.kept = null;
    }
    return this.kept;
  }

  /** @param {Kept} kept */
  write(kept) {
    this.kept = kept;
    this.save();
  }

  /** Also called when the page goes: another tab's leaving clears the site's storage for all tabs. */
  save() {
    if (this.shared || !this.kept) return;
    try {
      this.storage?.setItem(name, JSON.stringify(this.kept));
    } catch {
      this.storage = null;
    }
  }

  /** @param {boolean} shared */
  setShared(shared) {
    this.shared = shared;
    if (shared) this.storage?.removeItem(name);
    else this.save();
  }

  wipe() {
    this.kept = null;
    try {
      this.storage?.clear();
    } catch {
      this.storage = null;
    }
  }
}

/** @returns {Storage | null} */
export function sessionStore() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}
