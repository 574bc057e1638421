/** Whose connection is weak, in words. Pure. */

/** @typedef {import('./initial.js').State} State */
/** @typedef {{ key: string, params: Record<string, string> }} Said */

/** What is true of this person's own connection; null while it is good. @param {State} s @returns {Said | null} */
export function ownLine({ lines }) {
  if (lines.down !== 'good') return { key: `line.down.${lines.down}`, params: {} };
  return lines.up !== 'good' ? { key: 'line.up', params: {} } : null;
}

/** Whose of the others' is weak. @param {State} s @returns {Said[]} */
export const otherLines = ({ lines, view }) =>
  (view?.people ?? []).filter((p) => lines.weak.includes(p.seat)).map((p) => ({ key: 'line.other', params: { label: p.label } }));

/** All of the others' in one line: a large group has many. @param {State} s @returns {Said | null} */
export function othersLine(s) {
  const all = otherLines(s);
  if (all.length < 2) return all[0] ?? null;
  return { key: 'line.others', params: { labels: all.map((one) => one.params.label).join(', ') } };
}

/** What is new of it, to be said once. @param {State} before @param {State} now @returns {Said[]} */
export function lineNews(before, now) {
  if (before.lines === now.lines) return [];
  const [was, is] = [ownLine(before), ownLine(now)];
  const weak = now.lines.weak.filter((seat) => !before.lines.weak.includes(seat));
  const others = otherLines({ ...now, lines: { ...now.lines, weak } });
  if (was?.key === is?.key) return others;
  return [is ?? { key: 'line.good', params: {} }, ...others];
}
