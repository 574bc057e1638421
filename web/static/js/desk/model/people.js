/** Lists of people as they are typed and pasted. Pure. */

/** @typedef {import('../types.js').Row} Row */

/**
 * The lines of a pasted list, without its numbers and bullets.
 * @param {string} text
 * @returns {string[]}
 */
export function linesOf(text) {
  return text
    .split(/[\r\n\t;]+/)
    .map((line) => line.replace(/^\s*(?:[-*•–]|\d{1,3}[.)])\s+/, '').trim())
    .filter((line) => line !== '');
}

/**
 * Puts pasted lines into the rows, from one row on. Rows that have something
 * in them already stay; new ones are made as needed.
 * @param {Row[]} rows
 * @param {number} index
 * @param {string[]} lines
 * @param {(n: number) => string} key of the nth new row
 * @returns {Row[]}
 */
export function spread(rows, index, lines, key) {
  const next = [...rows];
  let made = 0;
  let place = index;
  for (const label of lines) {
    while (place < next.length && next[place].label !== '') place++;
    next[place] = { key: next[place]?.key ?? key(made++), label };
    place++;
  }
  return next;
}

/** @param {Row[]} rows */
export const filled = (rows) => rows.filter((r) => r.label.trim() !== '');

/**
 * What is better not written into a label. It only warns.
 * @param {string} label
 * @returns {'' | 'name' | 'address' | 'number'}
 */
export function tooTelling(label) {
  if (/\S@\S/.test(label)) return 'address';
  if ((label.match(/\d/g) ?? []).length >= 6) return 'number';
  return /^\s*\p{Lu}[\p{L}'’-]+\s+(?:\p{Lu}\p{L}*\.?\s+)*\p{Lu}[\p{L}'’-]{2,}\s*$/u.test(label) ? 'name' : '';
}

/**
 * The places of the labels that were there before, whatever their case.
 * @param {string[]} labels
 */
export function repeated(labels) {
  const seen = new Set();
  /** @type {number[]} */
  const again = [];
  labels.forEach((label, i) => {
    const plain = label.trim().toLowerCase();
    if (plain === '') return;
    if (seen.has(plain)) again.push(i);
    seen.add(plain);
  });
  return again;
}
