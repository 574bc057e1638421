/** What went wrong in a session, as a text to keep: hosts may owe it to those concerned. Pure. */

/** @typedef {import('../types.js').Notice} Notice */
/** @typedef {import('../ui/words.js').Words} Words */

/** @param {Words} w @param {Notice} n */
export const noticeWords = (w, n) => w.t(w.has(`notice.${n.code}`) ? `notice.${n.code}` : 'notice.link_reuse', { label: n.label });

/**
 * One line each, oldest first: when, what, how often. Nothing else of the session.
 * @param {Words} w
 * @param {Notice[]} notices
 */
export function noticesText(w, notices) {
  const format = new Intl.DateTimeFormat(w.locale, { dateStyle: 'long', timeStyle: 'long' });
  const lines = notices.map((n) => {
    const often = n.count > 1 ? ` (${w.t('notice.times', { n: n.count })})` : '';
    return `${format.format(new Date(n.at))}: ${noticeWords(w, n)}${often}`;
  });
  return [w.t('notices.title'), '', ...lines, ''].join('\n');
}
