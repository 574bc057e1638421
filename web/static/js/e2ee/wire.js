/**
 * Octets on their way in and out: the fields of docs/e2ee.md §2. Pure. Section
 * numbers in this folder are those of that document.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */
import { fromBase64url, toBase64url } from '../protocol/bytes.js';

const encoder = new TextEncoder();

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => new Uint8Array(encoder.encode(text));

/** @param {...(Uint8Array | string | number)} parts strings as UTF-8, numbers as one octet @returns {Bytes} */
export function cat(...parts) {
  const all = parts.map((p) => (typeof p === 'string' ? utf8(p) : typeof p === 'number' ? Uint8Array.of(p) : p));
  const out = new Uint8Array(all.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of all) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** A string with its length in one octet before it. @param {string} text @returns {Bytes} */
export function lp(text) {
  const octets = utf8(text);
  return cat(octets.length & 255, octets);
}

/** @param {number} n @param {number} size @returns {Bytes} big endian; n at most 2^53 - 1 */
export function be(n, size) {
  const out = new Uint8Array(size);
  for (let i = size - 1, rest = n; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** In constant time. @param {Uint8Array} a @param {Uint8Array} b */
export function same(a, b) {
  if (a.length !== b.length) return false;
  let diff = 0;
  for (let i = 0; i < a.length; i++) diff |= /** @type {number} */ (a[i]) ^ /** @type {number} */ (b[i]);
  return diff === 0;
}

/** Order of octet strings. @param {Uint8Array} a @param {Uint8Array} b */
export function compare(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const d = /** @type {number} */ (a[i]) - /** @type {number} */ (b[i]);
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

/** @param {string} text @returns {Bytes | null} */
export function unbase64(text) {
  const octets = fromBase64url(text);
  return octets && new Uint8Array(octets);
}

/** @param {Uint8Array} octets */
export const base64 = (octets) => toBase64url(octets);

/** @param {number} n @returns {Bytes} */
export const random = (n) => crypto.getRandomValues(new Uint8Array(n));

/** @param {...(Uint8Array | string | number)} parts @returns {Promise<Bytes>} */
export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', cat(...parts)));

/** Takes fields from the front of a message; after one that does not fit it is bad for good. */
export class Reader {
  /** @param {Bytes} rest */
  constructor(rest) {
    this.whole = rest;
    this.at = 0;
    this.bad = false;
  }

  get left() {
    return this.whole.length - this.at;
  }

  /** @param {number} n @returns {Bytes} */
  take(n) {
    if (this.bad || n > this.left) {
      this.bad = true;
      return new Uint8Array(n);
    }
    this.at += n;
    return this.whole.slice(this.at - n, this.at);
  }

  /** @param {number} size octets, big endian; what does not fit a number exactly is bad */
  uint(size) {
    let n = 0;
    for (const b of this.take(size)) n = n * 256 + b;
    if (n > Number.MAX_SAFE_INTEGER) this.bad = true;
    return n;
  }

  text() {
    return new TextDecoder().decode(this.take(this.uint(1)));
  }

  /** Whether all was read and all fitted. */
  get done() {
    return !this.bad && this.left === 0;
  }
}
