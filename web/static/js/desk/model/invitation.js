/**
 * The words to send with a link: the operator's, or our own. They may be read by
 * others in the house: ours have no names, no title, nothing of what the meeting
 * is about. Pure.
 */

/**
 * @param {{ opens: string, closes: string, passcode: boolean }} session
 * @param {string} link
 * @param {import('../../ui/words.js').Words} words
 * @param {string} [own] the operator's words, with {when} and {link} in them
 */
export function invitation(session, link, { t, locale }, own = '') {
  const when = span(session, locale);
  const passcode = session.passcode ? [t('desk.invitation.passcode')] : [];
  if (own !== '') return [own.replace(/\{(when|link)\}/g, (_, name) => (name === 'when' ? when : link)), ...passcode].join('\n');
  return [
    t('desk.invitation.hello'),
    '',
    t('desk.invitation.when', { when }),
    '',
    t('desk.invitation.link'),
    link,
    '',
    t('desk.invitation.only'),
    ...passcode,
  ].join('\n');
}

/**
 * The day and hours with the name of the time zone: those who read it may live in another.
 * @param {{ opens: string, closes: string }} session
 * @param {string} locale
 */
export function span({ opens, closes }, locale) {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  return format.formatRange(new Date(opens), new Date(closes));
}
