/** What is asked of the browser: clipboard, a file, the focus. */

/** @param {string} text @returns {Promise<boolean>} false when the browser does not allow it */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** How long a browser may take to fetch the file from the page, in ms. */
const fetchTime = 30_000;

/** @param {string} name @param {string} type @param {string} content */
export function download(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), fetchTime);
}

/** Once what was dispatched is on the screen. @param {string} id */
export function focusOn(id) {
  queueMicrotask(() => document.getElementById(id)?.focus());
}
