/** What is asked of the browser: clipboard and focus. */

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
