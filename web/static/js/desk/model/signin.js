/** Finding the sign-in token in an address or in what was pasted. Pure. */

/** The token is an HMAC-SHA256: 43 characters, so that words behind it are not taken for it. */
const inLink = /signin(?:=|%3[Dd])([A-Za-z0-9_-]{43})/;

/** @param {{ hash: string }} address @returns {string | null} */
export const tokenInAddress = (address) => tokenIn(address.hash);

/** The token of a link to set up an account. @param {{ hash: string }} address @returns {string | null} */
export const enrolInAddress = ({ hash }) => /^#enrol=([A-Za-z0-9_-]{43})$/.exec(hash)?.[1] ?? null;

/** Why signing in elsewhere did not work, a code of PROTOCOL.md §2. @param {{ hash: string }} address @returns {string | null} */
export const failureInAddress = ({ hash }) => /^#failed=([a-z_]{1,40})$/.exec(hash)?.[1] ?? null;

/**
 * In a whole link (broken over lines by a terminal, perhaps), in a line of the
 * program's output, or the token alone.
 * @param {string} text
 * @returns {string | null}
 */
export function tokenIn(text) {
  const joined = text.replace(/\s+/g, '');
  return inLink.exec(joined)?.[1] ?? (/^[A-Za-z0-9_-]{43}$/.test(joined) ? joined : null);
}
