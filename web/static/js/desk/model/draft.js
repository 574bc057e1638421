/** What is typed into the form of a new session: its start, its hours, what is wrong with it, the request. Pure. */
import { dateValue, dayAfter, moment, nextHour, overMidnight, timeValue } from './time.js';
import { filled, repeated } from './people.js';

/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {import('../types.js').Problem} Problem */

const minute = 60_000;

/** How long a session lasts that starts now. */
export const presetMinutes = { single: 50, group: 90 };

/** The longest texts, in Unicode code points (PROTOCOL.md §1). */
export const limits = { label: 40, title: 80, greeting: 500, recognition: 120, plan_b: 1000, ground_rules: 2000, passcode: 64 };

/** @typedef {'title' | 'greeting' | 'recognition' | 'plan_b' | 'ground_rules' | 'passcode'} TextField */

/** @type {TextField[]} */
export const textFields = ['title', 'greeting', 'recognition', 'passcode', 'plan_b', 'ground_rules'];

/** Those that may have several lines. */
const manyLines = new Set(['greeting', 'plan_b', 'ground_rules']);

/** As far ahead as a session may open, in ms. */
const maxAhead = 366 * 24 * 60 * minute;

/**
 * @param {number} now ms
 * @param {string} host the label a host gets when nothing else is said
 * @returns {Draft}
 */
export function newDraft(now, host) {
  const from = nextHour(now);
  return {
    preset: 'single',
    date: dateValue(from),
    from: timeValue(from),
    to: timeValue(from + presetMinutes.single * minute),
    guests: [{ key: 'g0', label: '' }],
    hosts: [{ key: 'h0', label: host }],
    title: '', greeting: '', recognition: '', plan_b: '', ground_rules: '', passcode: '',
    autoLock: true, chat: true, screenShare: 'everyone', e2ee: 'required', seats: '',
  };
}

/**
 * @typedef {object} Hours
 * @property {number} opens ms
 * @property {number} closes ms
 * @property {boolean} fromNow opens the moment it is made
 * @property {'' | 'skipped' | 'twice'} clocks what the change of the clocks does to one of them
 */

/**
 * @param {Draft} draft
 * @param {number} now ms
 * @returns {Hours | null} null while an hour is not complete
 */
export function hoursOf(draft, now) {
  if (draft.preset !== 'later') {
    return { opens: now, closes: now + presetMinutes[draft.preset] * minute, fromNow: true, clocks: '' };
  }
  const nextDay = overMidnight(draft.from, draft.to);
  const opens = moment(draft.date, draft.from);
  const closes = moment(nextDay ? dayAfter(draft.date) : draft.date, draft.to);
  if (!opens || !closes) return null;
  const clocks = opens.skipped || closes.skipped ? 'skipped' : opens.twice || closes.twice ? 'twice' : '';
  return { opens: opens.at, closes: closes.at, fromNow: false, clocks };
}

/**
 * All that is wrong, in the order of the form. Empty when it can be sent.
 * @param {Draft} draft
 * @param {number} now ms
 * @returns {Problem[]}
 */
export function problemsOf(draft, now) {
  return [...hourProblems(draft, now), ...peopleProblems(draft), ...textFields.flatMap((f) => textProblems(f, draft[f])), ...seatProblems(draft)];
}

/** @param {Draft} draft @param {number} now @returns {Problem[]} */
function hourProblems(draft, now) {
  if (draft.preset !== 'later') return [];
  if (!moment(draft.date, '12:00')) return [{ field: 'date', key: 'desk.problem.date' }];
  if (!moment(draft.date, draft.from)) return [{ field: 'from', key: 'desk.problem.time' }];
  const hours = hoursOf(draft, now);
  if (!hours) return [{ field: 'to', key: 'desk.problem.time' }];
  if (hours.closes <= hours.opens) return [{ field: 'to', key: 'desk.problem.order' }];
  if (hours.closes <= now) return [{ field: 'date', key: 'desk.problem.past' }];
  return hours.opens - now > maxAhead ? [{ field: 'date', key: 'desk.problem.far' }] : [];
}

/** @param {Draft} draft @returns {Problem[]} */
function peopleProblems(draft) {
  const rows = [
    ...draft.guests.map((r, i) => ({ id: `guests-${i}`, label: r.label })),
    ...draft.hosts.map((r, i) => ({ id: `hosts-${i}`, label: r.label })),
  ];
  const again = new Set(repeated(rows.map((r) => r.label)));
  const problems = rows.flatMap(({ id, label }, i) => (again.has(i) ? [{ field: id, key: 'desk.problem.same' }] : lineProblems(id, label, limits.label)));
  return filled(draft.guests).length > 0 ? problems : [{ field: 'guests-0', key: 'desk.problem.nobody' }, ...problems];
}

/** @param {string} field @param {string} text @param {number} limit @returns {Problem[]} */
function lineProblems(field, text, limit) {
  const over = [...text.trim()].length - limit;
  if (over > 0) return [{ field, key: 'desk.problem.long', params: { n: over } }];
  return hidden(text.trim(), false) ? [{ field, key: 'desk.problem.hidden' }] : [];
}

/** @param {TextField} field @param {string} text @returns {Problem[]} */
function textProblems(field, text) {
  const over = [...text.trim()].length - limits[field];
  if (over > 0) return [{ field, key: 'desk.problem.long', params: { n: over } }];
  return hidden(text.trim(), manyLines.has(field)) ? [{ field, key: 'desk.problem.hidden' }] : [];
}

/** Characters that nobody sees, which the server refuses. @param {string} text @param {boolean} lines */
function hidden(text, lines) {
  const seen = lines ? text.replace(/\r?\n/g, '') : text;
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(seen);
}

/** @param {Draft} draft @returns {Problem[]} */
function seatProblems(draft) {
  const text = draft.seats.trim();
  return text === '' || (/^\d{1,3}$/.test(text) && Number(text) > 0) ? [] : [{ field: 'seats', key: 'desk.problem.seats' }];
}

/** Whether anything was typed that would be a pity to lose. @param {Draft} draft */
export const typed = (draft) => filled(draft.guests).length > 0 || draft.hosts.length > 1 || textFields.some((f) => draft[f].trim() !== '');

/** RFC 3339 in whole seconds. @param {number} at ms */
const stamp = (at) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * The body of POST /v1/sessions. What opens now leaves the hour to the server,
 * whose clock decides.
 * @param {Draft} draft without problems
 * @param {number} now ms
 * @returns {import('../types.js').CreateRequest}
 */
export function requestOf(draft, now) {
  const hours = hoursOf(draft, now);
  /** @type {import('../types.js').CreateRequest} */
  const body = {
    guests: filled(draft.guests).map((r) => ({ label: r.label.trim() })),
    hosts: filled(draft.hosts).map((r) => ({ label: r.label.trim() })),
    policy: { auto_lock: draft.autoLock, seats: Number(draft.seats.trim() || 0), chat: draft.chat, screen_share: draft.screenShare, e2ee: draft.e2ee },
  };
  if (hours && !hours.fromNow) body.opens = stamp(hours.opens);
  if (hours) body.closes = stamp(hours.closes);
  for (const field of textFields) if (draft[field].trim() !== '') body[field] = draft[field].trim();
  return body;
}

/** How long a rehearsal stays open, in minutes: whoever forgets it leaves nothing behind. */
const rehearsalMinutes = 60;

/**
 * The body of POST /v1/sessions for a rehearsal.
 * @param {string} title
 * @param {string} guest
 * @param {string} host
 * @param {number} now ms
 * @returns {import('../types.js').CreateRequest}
 */
export const rehearsalRequest = (title, guest, host, now) => ({
  title, guests: [{ label: guest }], hosts: [{ label: host }], closes: stamp(now + rehearsalMinutes * minute),
  policy: { auto_lock: false, seats: 0, chat: true, screen_share: 'everyone' },
});
