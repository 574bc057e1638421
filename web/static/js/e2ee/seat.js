/** Seats' names, roles and signatures. */
import { base64, cat, sha256 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */

/** Lengths in octets. */
export const pointSize = 65;
export const signatureSize = 64;

/** Roles as they stand in transcripts. @typedef {0 | 1} RoleOctet */
export const guest = 0;
export const host = 1;

const signing = { name: 'ECDSA', hash: 'SHA-256' };

/** The name of the seat that a key holds (PROTOCOL.md §4). @param {string} session @param {Uint8Array} key */
export async function seatOf(session, key) {
  return base64((await sha256(`anteroom seat\n${session}\n${base64(key)}`)).subarray(0, 16));
}

/** @param {CryptoKey} key @param {...(Uint8Array | string | number)} text @returns {Promise<Bytes>} */
export async function sign(key, ...text) {
  return new Uint8Array(await crypto.subtle.sign(signing, key, cat(...text)));
}

/** @param {Bytes} key @param {Bytes} text @param {Bytes} signature */
export async function verify(key, text, signature) {
  try {
    const k = await crypto.subtle.importKey('raw', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await crypto.subtle.verify(signing, k, signature, text);
  } catch {
    return false;
  }
}
