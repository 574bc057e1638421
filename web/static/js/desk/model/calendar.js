/**
 * A calendar file (RFC 5545) with the time and a neutral title. Calendars are
 * shared, synchronised and read by others: no link, no names, no description.
 * Pure.
 */

/**
 * @param {{ title: string, opens: string, closes: string }} event title: neutral
 * @param {string} uid random, so that it leads back to nothing
 * @param {number} now ms
 * @returns {string}
 */
export function calendarFile(event, uid, now) {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Calendar//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(Date.parse(event.opens))}`,
    `DTEND:${utc(Date.parse(event.closes))}`,
    `SUMMARY:${escaped(event.title)}`,
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** @param {number} at ms */
const utc = (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

/** @param {string} text */
const escaped = (text) => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

/**
 * Lines are at most 75 octets (§3.1), and no character is cut in two.
 * @param {string} line
 */
function fold(line) {
  let out = '';
  let width = 0;
  for (const character of line) {
    const octets = new TextEncoder().encode(character).length;
    if (width + octets > 75) {
      out += '\r\n ';
      width = 1;
    }
    out += character;
    width += octets;
  }
  return out;
}
