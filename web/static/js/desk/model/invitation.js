/**
 * The words to send with a link. They may be read by others in the house: no
 * names, no title, nothing of what the meeting is about. Pure.
 */

/**
 * @param {{ opens: string, closes: string, passcode: boolean }} session
 * @param {string} link
 * @param {import('../../ui/words.js').Words} words
 */
export function invitation(session, link, words) {
  const { t, locale } = words;
  return [
    t('desk.invitation.hello'),
    '',
    t('desk.invitation.when', { when: span(session, locale) }),
    '',
    t('desk.invitation.link'),
    link,
    '',
    t('desk.invitation.only'),
    ...(session.passcode ? [t('desk.invitation.passcode')] : []),
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
