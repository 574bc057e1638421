/** A file made in the page, for the person to keep. */

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
