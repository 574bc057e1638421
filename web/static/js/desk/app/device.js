/** What is asked of the browser: address, clipboard and focus. */
import { enrolInAddress, failureInAddress, tokenInAddress } from '../model/signin.js';

/**
 * What a link brought: the token to sign in, or to set up an account, or why signing in elsewhere failed.
 * @typedef {{ token: string | null, enrol: string | null, failed: string | null }} Brought
 */

/** Tokens leave the address, and with it the history, before anything else is done. @returns {Brought} */
export function takeToken() {
  const brought = { token: tokenInAddress(location), enrol: enrolInAddress(location), failed: failureInAddress(location) };
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  return brought;
}

/** @param {string} text @returns {Promise<boolean>} false when the browser does not allow it */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Once what was dispatched is on the screen. @param {string} id */
export function focusOn(id) {
  queueMicrotask(() => document.getElementById(id)?.focus());
}
