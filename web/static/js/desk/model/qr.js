/** A QR code as a drawing. Pure. */

/** The light border that readers need around the code, in modules (ISO/IEC 18004). */
export const quiet = 4;

/**
 * The dark modules as the path of a drawing, one stretch after the other.
 * @param {string[]} rows of 0 and 1
 */
export const qrPath = (rows) =>
  rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((m) => `M${m.index + quiet} ${y + quiet}h${m[0].length}v1h-${m[0].length}z`)).join('');
