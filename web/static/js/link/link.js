/**
 * Finding the token in a link, however it was mangled on its way: '#' encoded
 * once or twice, broken over lines by an e-mail, quoted, followed by a full
 * stop. Behind the token may stand the secret of end-to-end encryption, which
 * is split off here and never sent (docs/e2ee.md §4). Pure.
 */
import { fromBase64url } from '../protocol/bytes.js';

/** @typedef {{ token: string, jti: string, invite: string, secret: string }} Link secret: empty when the link has none */

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
 * A link whose secret was damaged is none: it must not pass for one that never
 * had a secret.
 * @param {string} text anything that a person may paste
 * @returns {Link | null}
 */
export function findLink(text) {
  for (const { token, rest } of candidates(text)) {
    const claims = claimsOf(token);
    const secret = secretIn(rest);
    if (claims && secret !== null) return { token, ...claims, secret };
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
    for (const found of version.matchAll(shape)) yield { token: found[0], rest: version.slice(found.index + found[0].length) };
  }
}

/** What stands behind the token; null when it is a damaged secret. @param {string} rest */
function secretIn(rest) {
  if (!rest.startsWith('~')) return '';
  const secret = /^~([A-Za-z0-9_-]{22})/.exec(rest)?.[1] ?? '';
  return fromBase64url(secret)?.length === 16 ? secret : null;
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
 * What the token says of itself. Nothing is verified here: the server does that.
 * @param {string} token
 * @returns {{ jti: string, invite: string } | null}
 */
export function claimsOf(token) {
  const payload = fromBase64url(token.split('.')[1] ?? '');
  if (!payload) return null;
  try {
    const claims = JSON.parse(new TextDecoder().decode(payload));
    return typeof claims?.jti === 'string' && claims.jti !== '' ? { jti: claims.jti, invite: typeof claims.sub === 'string' ? claims.sub : '' } : null;
  } catch {
    return null;
  }
}
