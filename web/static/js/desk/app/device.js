/** What is asked of the browser: address, clipboard and focus. */
import { tokenInAddress } from '../model/signin.js';

/** The token leaves the address, and with it the history, before anything else is done. @returns {string | null} */
export function takeToken() {
  const token = tokenInAddress(location);
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  return token;
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
