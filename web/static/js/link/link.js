/**
 * Finding the token in a link, however it was mangled on its way: '#' encoded
 * once or twice, broken over lines by an e-mail, quoted, followed by a full
 * stop. Pure.
 */
import { fromBase64url } from '../protocol/bytes.js';

/** @typedef {{ token: string, jti: string }} Link */

/**
 * @param {{ pathname: string, search: string, hash: string }} address
 * @returns {Link | null}
 */
export function linkFromAddress(address) {
  return findLink(address.hash) ?? findLink(address.pathname + address.search);
}

/** Whether there was something in the address where a token belongs. @param {{ pathname: string, search: string, hash: string }} address */
export const hadSomething = (address) => address.hash.length > 1 || address.search.length > 1 || !/^\/j\/?$/.test(address.pathname);

/**
 * @param {string} text anything that a person may paste
 * @returns {Link | null}
 */
export function findLink(text) {
  for (const candidate of candidates(text)) {
    const jti = jtiOf(candidate);
    if (jti !== null) return { token: candidate, jti };
  }
  return null;
}

/** A signed token: an Ed25519 signature is 64 octets, 86 characters, so that words behind it are not taken for it. */
const shape = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}/g;

/** @param {string} text */
function* candidates(text) {
  const plain = decodeTwice(text);
  // Quoted-printable soft breaks, the "> " of a quoted mail, and all white space.
  const joined = plain.replace(/=\r?\n/g, '').replace(/\r?\n[> ]*/g, '').replace(/\s+/g, '');
  for (const version of [plain, joined]) {
    for (const [found] of version.matchAll(shape)) yield found;
  }
}

/** @param {string} text */
function decodeTwice(text) {
  let out = text;
  for (let i = 0; i < 2 && /%[0-9A-Fa-f]{2}/.test(out); i++) {
    try {
      out = decodeURIComponent(out);
    } catch {
      return out;
    }
  }
  return out;
}

/**
 * The token's own identifier. Nothing is verified here: the server does that.
 * @param {string} token
 * @returns {string | null}
 */
export function jtiOf(token) {
  const payload = fromBase64url(token.split('.')[1] ?? '');
  if (!payload) return null;
  try {
    const claims = JSON.parse(new TextDecoder().decode(payload));
    return typeof claims?.jti === 'string' && claims.jti !== '' ? claims.jti : null;
  } catch {
    return null;
  }
}
