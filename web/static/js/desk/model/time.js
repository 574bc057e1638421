/**
 * Hours as people type and read them, in the time zone of this device. Pure
 * but for the zone.
 */

const minute = 60_000;
const day = 24 * 60 * minute;

/** @param {number} n @param {number} [width] */
const pad = (n, width = 2) => String(n).padStart(width, '0');

/** For a date input. @param {number} at ms */
export function dateValue(at) {
  const d = new Date(at);
  return `${pad(d.getFullYear(), 4)}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
}

/** For a time input. @param {number} at ms */
export function timeValue(at) {
  const d = new Date(at);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

/** The day after, on the calendar: not every day has 24 hours. @param {string} date */
export function dayAfter(date) {
  const [y, m, d] = date.split('-').map(Number);
  return dateValue(new Date(y, m - 1, d + 1, 12).getTime());
}

/** The next full hour. @param {number} now ms */
export function nextHour(now) {
  const d = new Date(now);
  d.setMinutes(0, 0, 0);
  return d.getTime() <= now ? d.getTime() + 60 * minute : d.getTime();
}

/**
 * What a local date and time mean.
 * @typedef {object} Moment
 * @property {number} at ms
 * @property {boolean} skipped the clocks jump over this hour: `at` is as much later
 * @property {boolean} twice the clocks are put back over this hour: `at` is the first of the two
 */

/**
 * @param {string} date
 * @param {string} time
 * @returns {Moment | null} null when either is not complete
 */
export function moment(date, time) {
  const found = /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(`${date}T${time}`);
  if (!found) return null;
  const [y, m, d, hours, minutes] = found.slice(1).map(Number);
  const local = new Date(y, m - 1, d, hours, minutes);
  const at = local.getTime();
  if (Number.isNaN(at) || hours > 23 || minutes > 59) return null;
  return { at, skipped: local.getHours() !== hours || local.getMinutes() !== minutes, twice: comesAgain(at) };
}

/** Whether the same time is on the clocks once more within the next hours. @param {number} at */
function comesAgain(at) {
  const before = new Date(at).getTimezoneOffset();
  const after = new Date(at + 6 * 60 * minute).getTimezoneOffset();
  const again = at + (after - before) * minute;
  return again > at && dateValue(again) === dateValue(at) && timeValue(again) === timeValue(at);
}

/** Minutes since midnight, or NaN. @param {string} time */
function minutesOf(time) {
  const found = /^(\d\d):(\d\d)/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
}

/** The time on the clock so many minutes later. @param {string} from @param {number} minutes */
export function endAfter(from, minutes) {
  const inDay = (((minutesOf(from) + minutes) % 1440) + 1440) % 1440;
  return Number.isNaN(inDay) ? '' : `${pad(Math.floor(inDay / 60))}:${pad(inDay % 60)}`;
}

/**
 * The closing hour that keeps the length when the opening hour moves.
 * @param {string} from
 * @param {string} to
 * @param {string} moved the new opening hour
 */
export function keepLength(from, to, moved) {
  return endAfter(moved, minutesOf(to) - minutesOf(from)) || to;
}

/** Whether the closing hour falls on the day after. @param {string} from @param {string} to */
export const overMidnight = (from, to) => minutesOf(to) < minutesOf(from);

/**
 * How far a day is from today, on the calendar.
 * @param {number} at ms
 * @param {number} now ms
 */
export function daysFrom(at, now) {
  const noon = (/** @type {number} */ t) => new Date(t).setHours(12, 0, 0, 0);
  return Math.round((noon(at) - noon(now)) / day);
}

/**
 * Sessions under the day on which they open, in order.
 * @template {{ opens: string }} S
 * @param {S[]} sessions
 * @param {number} now ms
 * @returns {{ date: string, at: number, away: number, sessions: S[] }[]}
 */
export function byDay(sessions, now) {
  /** @type {Map<string, { date: string, at: number, away: number, sessions: S[] }>} */
  const days = new Map();
  for (const session of [...sessions].sort((a, b) => Date.parse(a.opens) - Date.parse(b.opens))) {
    const at = Date.parse(session.opens);
    const date = dateValue(at);
    const found = days.get(date) ?? { date, at, away: daysFrom(at, now), sessions: [] };
    found.sessions.push(session);
    days.set(date, found);
  }
  return [...days.values()];
}
