import { test } from 'node:test';
import assert from 'node:assert/strict';
import { calendarFile } from '../../static/js/desk/model/calendar.js';
import { invitation, span } from '../../static/js/desk/model/invitation.js';
import { tokenIn, tokenInAddress } from '../../static/js/desk/model/signin.js';
import { Words } from '../../static/js/ui/words.js';
import { en } from '../../static/i18n/en.js';
import { deskEn } from '../../static/i18n/desk-en.js';
import { inZone } from './zone.js';

const words = new Words(['en-GB'], { ...en, ...deskEn }, {});
const hours = { opens: '2026-07-21T16:00:00Z', closes: '2026-07-21T16:50:00Z' };
const link = 'https://hello.example/j#eyJ';
const now = Date.parse('2026-07-01T09:00:00.123Z');

test('the calendar file holds hours and title, and nothing else', () => {
  const file = calendarFile({ title: 'Tuesday', ...hours }, 'u-1', now);
  assert.equal(file, ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Calendar//EN', 'CALSCALE:GREGORIAN', 'BEGIN:VEVENT', 'UID:u-1', 'DTSTAMP:20260701T090000Z',
    'DTSTART:20260721T160000Z', 'DTEND:20260721T165000Z', 'SUMMARY:Tuesday', 'CLASS:PRIVATE', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'));
});

test('a title cannot break out of its line', () => {
  const file = calendarFile({ title: 'a,b;c\\d\nURL:https://hello.example', ...hours }, 'u', now);
  assert.ok(file.includes('SUMMARY:a\\,b\\;c\\\\d\\nURL:https://hello.example\r\n'));
  assert.ok(!/^URL:/m.test(file));
});

test('long lines are folded at 75 octets, and unfold to what they were', () => {
  const title = '🫖é'.repeat(40);
  const file = calendarFile({ title, ...hours }, 'u', now);
  for (const line of file.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  assert.ok(!file.includes('\ufffd'));
  assert.ok(file.replace(/\r\n /g, '').includes(`SUMMARY:${title}\r\n`));
});

test('an invitation says when, with the zone, and where, and nothing of what it is about', () => {
  inZone('Europe/London', () => {
    const text = invitation({ ...hours, passcode: false }, link, words);
    assert.match(text, /Tuesday 21 July/);
    assert.match(text, /17:00.*17:50.*BST/);
    assert.ok(text.split('\n').includes(link), 'the link has a line of its own');
    assert.ok(!/therap|patient|client|counsel|session|treat|health|passcode|undefined|\{/i.test(text), text);
  });
});

test('a passcode is announced, never told', () => {
  const text = invitation({ ...hours, passcode: true }, link, words);
  assert.match(text, /passcode/);
});

test('an operator may have words of their own; each part stands where they put it', () => {
  inZone('Europe/London', () => {
    const own = 'Bore da. {when}\n\n{link}\n({link})';
    assert.equal(invitation({ ...hours, passcode: false }, 'https://hello.example/j#$&', words, own),
      `Bore da. ${span(hours, 'en-GB')}\n\nhttps://hello.example/j#$&\n(https://hello.example/j#$&)`);
    assert.match(invitation({ ...hours, passcode: true }, link, words, '{link}'), /passcode/);
  });
});

test('the hours of the winter are in winter time', () => {
  inZone('Europe/London', () => {
    assert.match(invitation({ opens: '2026-11-24T17:00:00Z', closes: '2026-11-24T17:50:00Z', passcode: false }, link, words), /17:00.*17:50.*GMT/);
  });
});

test('a sign-in link is found as it was printed, broken over lines, encoded, or as the token alone', () => {
  const token = 'x19C6Zk0nNhFeTs51XAR7-nnbNJI8XATy_Ho88Wkx_M';
  const whole = `http://127.0.0.1:8080/#signin=${token}`;
  for (const text of [whole, `  ${whole}\n`, `open ${whole} now`, `${whole.slice(0, 40)}\n    ${whole.slice(40)}`, `#signin=${token}`, `/%23signin%3D${token}`, token]) {
    assert.equal(tokenIn(text), token, text);
  }
  for (const text of ['', 'hello', whole.slice(0, -1), 'http://127.0.0.1:8080/j#eyJ']) assert.equal(tokenIn(text), null, text);
  assert.equal(tokenInAddress({ hash: `#signin=${token}` }), token);
  assert.equal(tokenInAddress({ hash: '' }), null);
});
