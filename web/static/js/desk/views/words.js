/** Days, hours and numbers of people in words. */
import { counts } from '../model/select.js';
import { dateValue } from '../model/time.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Session} Session */
/** @typedef {import('../../ui/words.js').Words} Words */

/** @param {Env} env @param {{ at: number, away: number }} day */
export function dayWords({ w, t, s }, { at, away }) {
  const sameYear = new Date(at).getFullYear() === new Date(s.now).getFullYear();
  const full = new Intl.DateTimeFormat(w.locale, { weekday: 'long', day: 'numeric', month: 'long', ...(!sameYear && { year: 'numeric' }) }).format(at);
  const near = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[away];
  return near ? t(`desk.day.${near}`, { day: full }) : full;
}

/** From when to when, with the day of the end where it is another. @param {Words} w @param {{ opens: string, closes: string }} session */
export function hoursWords(w, { opens, closes }) {
  const a = new Date(opens);
  const b = new Date(closes);
  const time = new Intl.DateTimeFormat(w.locale, { hour: '2-digit', minute: '2-digit' });
  const sameDay = dateValue(a.getTime()) === dateValue(b.getTime());
  const end = sameDay ? time : new Intl.DateTimeFormat(w.locale, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  return w.t('desk.hours', { from: time.format(a), to: end.format(b) });
}

/** @param {Env} env @param {Session} session */
export const titleWords = ({ t }, session) => session.title || t('desk.no_title');

/** @param {Env} env @param {Session} session */
export function peopleWords({ t }, session) {
  const n = counts(session);
  const some = [n.in > 0 && t('desk.people.in', { n: n.in }), n.waiting > 0 && t('desk.people.waiting', { n: n.waiting })].filter(Boolean);
  const all = t('desk.people.all', { n: n.alive });
  return some.length > 0 ? `${all}: ${some.join(', ')}` : all;
}

/** How long, in words. @param {Env} env @param {number} ms */
export function lengthWords({ t }, ms) {
  const minutes = Math.round(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (minutes < 120 && (hours === 0 || rest !== 0)) return t('desk.length.minutes', { n: minutes });
  return rest === 0 ? t('desk.length.hours', { n: hours }) : t('desk.length.both', { hours, minutes: rest });
}
