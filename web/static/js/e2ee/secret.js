/**
 * What a link carries behind its token, and what follows from it (§4). The
 * secret is split off before anything else happens to a link, and never sent.
 */
import { base64, cat, lp, unbase64 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {{ proof: Bytes, psk: Bytes }} PairKeys what a link secret is used for */

/** Stands between token and secret. It is in no token, is never percent-encoded, and prose does not have it behind a link. */
export const separator = '~';
const secretSize = 16;

/**
 * Parts what stands behind the # of a link. Not ok when there is a damaged
 * secret: that must not be taken for a link that never had one.
 * @param {string} fragment
 * @returns {{ token: string, secret: Bytes | null, ok: boolean }}
 */
export function splitFragment(fragment) {
  const at = fragment.indexOf(separator);
  if (at < 0) return { token: fragment, secret: null, ok: true };
  const octets = unbase64(fragment.slice(at + 1));
  const secret = octets?.length === secretSize ? octets : null;
  return { token: fragment.slice(0, at), secret, ok: secret !== null };
}

/** @param {string} link @param {Uint8Array} secret */
export const withSecret = (link, secret) => link + separator + base64(secret);

/** The root of a session's secrets: in every host's link. @returns {Bytes} */
export const newHostSecret = () => crypto.getRandomValues(new Uint8Array(secretSize));

/** The secret of one guest's link. @param {Bytes} hostSecret @param {string} session @param {string} invite @param {string} jti */
export const linkSecret = (hostSecret, session, invite, jti) => expand(hostSecret, 'anteroom-e2ee-v1 link', secretSize, session, invite, jti);

/** What hosts prove themselves to each other with. @param {Bytes} hostSecret @param {string} session */
export const hostsSecret = (hostSecret, session) => expand(hostSecret, 'anteroom-e2ee-v1 hosts', secretSize, session);

/** Authenticates admissions from one host's seat to the next. @param {Bytes} hostSecret @param {string} session */
export const statementKey = (hostSecret, session) => expand(hostSecret, 'anteroom-e2ee-v1 statements', 32, session);

/** @param {Bytes} secret of a link, or of the hosts @param {string} session @returns {Promise<PairKeys>} */
export async function pairKeys(secret, session) {
  const [proof, psk] = await Promise.all([expand(secret, 'anteroom-e2ee-v1 proof', 32, session), expand(secret, 'anteroom-e2ee-v1 psk', 32, session)]);
  return { proof, psk };
}

/** HKDF-SHA256 without salt. @param {Bytes} ikm @param {string} label @param {number} size @param {...string} texts @returns {Promise<Bytes>} */
async function expand(ikm, label, size, ...texts) {
  const info = cat(label, ...texts.map(lp));
  const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }, key, size * 8));
}

/** HMAC-SHA256. @param {Bytes} key @param {...(Uint8Array | string | number)} parts @returns {Promise<Bytes>} */
export async function mac(key, ...parts) {
  const k = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', k, cat(...parts)));
}
