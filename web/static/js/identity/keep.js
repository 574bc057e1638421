/**
 * What a reload finds again: the token until it is redeemed, then the seat.
 * Browsers write sessionStorage to the disk within seconds, and what was once
 * written can be found there after it is removed. So it is kept in memory, is
 * put into sessionStorage only when the page goes (or may be thrown away while
 * a phone sleeps), and is taken out by whoever reads it. On a shared device
 * nothing is kept.
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
 * @property {string} [secret] of the link, for end-to-end encryption
 * @property {string} [invite] that the link is for
 * @property {import('../e2ee/status.js').Kept} [e2ee] whom this seat had come to trust
 *
 * @typedef {{ jti: string, secret?: string, invite?: string, e2ee?: import('../e2ee/status.js').Kept }} LinkKept
 */

const name = 'seat';
const languageName = 'language';

export class Keep {
  /** @param {Storage | null} storage null where the browser forbids it: then a reload forgets */
  constructor(storage) {
    this.storage = storage;
    this.shared = false;
    /** @type {Kept | null} */
    this.kept = null;
  }

  /** Takes it out of the storage. @returns {Kept | null} */
  read() {
    try {
      const kept = JSON.parse(this.storage?.getItem(name) ?? 'null');
      this.takeOut();
      this.kept = kept && typeof kept.jti === 'string' ? kept : null;
    } catch {
      this.kept = null;
    }
    return this.kept;
  }

  /** What belongs to the link stays with it. @param {Kept} kept */
  write(kept) {
    const { secret, invite, e2ee } = this.kept?.jti === kept.jti ? this.kept : /** @type {Partial<Kept>} */ ({});
    this.kept = { ...(secret && { secret }), ...(invite && { invite }), ...(e2ee && { e2ee }), ...kept };
  }

  /** Called when the page goes, or may go without saying so. */
  save() {
    if (this.shared || !this.kept) return;
    try {
      this.storage?.setItem(name, JSON.stringify(this.kept));
    } catch {
      this.storage = null;
    }
  }

  /** Called when the page is seen again, and on reading. */
  takeOut() {
    try {
      this.storage?.removeItem(name);
    } catch {
      this.storage = null;
    }
  }

  /** @param {boolean} shared */
  setShared(shared) {
    this.shared = shared;
    if (shared) this.storage?.clear();
  }

  /** The language that was chosen by hand, for a reload. @returns {string | null} */
  language() {
    try {
      return this.storage?.getItem(languageName) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} language */
  setLanguage(language) {
    if (this.shared) return;
    try {
      this.storage?.setItem(languageName, language);
    } catch {
      this.storage = null;
    }
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
