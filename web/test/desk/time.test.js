import { test } from 'node:test';
import assert from 'node:assert/strict';
import { byDay, dateValue, dayAfter, daysFrom, endAfter, keepLength, moment, nextHour, overMidnight, timeValue } from '../../static/js/desk/model/time.js';
import { inZone } from './zone.js';

const at = (/** @type {string} */ iso) => Date.parse(iso);

test('a local hour is the instant it is in that zone', () => {
  inZone('Europe/London', () => {
    assert.deepEqual(moment('2026-11-24', '17:00'), { at: at('2026-11-24T17:00:00Z'), skipped: false, twice: false });
    assert.deepEqual(moment('2026-07-24', '17:00'), { at: at('2026-07-24T16:00:00Z'), skipped: false, twice: false });
  });
  inZone('Asia/Kathmandu', () => assert.equal(moment('2026-11-24', '17:00')?.at, at('2026-11-24T11:15:00Z')));
});

test('an hour that the clocks jump over is the one after, and says so', () => {
  inZone('Europe/London', () => assert.deepEqual(moment('2026-03-29', '01:30'), { at: at('2026-03-29T01:30:00Z'), skipped: true, twice: false }));
  inZone('America/New_York', () => assert.deepEqual(moment('2026-03-08', '02:15'), { at: at('2026-03-08T07:15:00Z'), skipped: true, twice: false }));
});

test('an hour that comes twice is the first, and says so', () => {
  inZone('Europe/London', () => {
    assert.deepEqual(moment('2026-10-25', '01:30'), { at: at('2026-10-25T00:30:00Z'), skipped: false, twice: true });
    assert.equal(moment('2026-10-25', '00:59')?.twice, false);
    assert.equal(moment('2026-10-25', '02:00')?.twice, false);
  });
  inZone('Australia/Lord_Howe', () => {
    assert.equal(moment('2026-04-05', '01:45')?.twice, true, 'half an hour there');
    assert.equal(moment('2026-04-05', '01:15')?.twice, false);
  });
});

test('what is half typed is no moment', () => {
  for (const [date, time] of [['', '17:00'], ['2026-11-24', ''], ['2026-11', '17:00'], ['2026-11-24', '25:00'], ['2026-11-24', '17:61'], ['x', 'y']]) {
    assert.equal(moment(date, time), null, `${date} ${time}`);
  }
});

test('inputs show the local day and hour', () => {
  inZone('Pacific/Auckland', () => {
    assert.equal(dateValue(at('2026-11-23T11:30:00Z')), '2026-11-24');
    assert.equal(timeValue(at('2026-11-23T11:30:00Z')), '00:30');
  });
});

test('the day after a short or a long day is the next on the calendar', () => {
  inZone('Europe/London', () => {
    assert.equal(dayAfter('2026-03-28'), '2026-03-29');
    assert.equal(dayAfter('2026-03-29'), '2026-03-30');
    assert.equal(dayAfter('2026-10-25'), '2026-10-26');
    assert.equal(dayAfter('2026-12-31'), '2027-01-01');
  });
});

test('days are counted on the calendar, not in hours', () => {
  inZone('Europe/London', () => {
    assert.equal(daysFrom(at('2026-03-29T23:30:00Z'), at('2026-03-28T23:30:00Z')), 2);
    assert.equal(daysFrom(at('2026-10-26T00:30:00Z'), at('2026-10-24T23:30:00Z')), 1);
    assert.equal(daysFrom(at('2026-11-22T00:10:00Z'), at('2026-11-22T23:50:00Z')), 0);
    assert.equal(daysFrom(at('2026-11-21T23:59:00Z'), at('2026-11-22T00:01:00Z')), -1);
  });
});

test('sessions stand in order under the local day on which they open', () => {
  const sessions = [
    { id: 'c', opens: '2026-11-24T08:30:00Z' }, { id: 'a', opens: '2026-11-23T20:00:00Z' }, { id: 'b', opens: '2026-11-24T07:00:00Z' },
  ];
  inZone('Europe/London', () => {
    const days = byDay(sessions, at('2026-11-23T12:00:00Z'));
    assert.deepEqual(days.map((d) => [d.date, d.away, d.sessions.map((s) => s.id).join('')]), [['2026-11-23', 0, 'a'], ['2026-11-24', 1, 'bc']]);
  });
  inZone('Pacific/Auckland', () => {
    const days = byDay(sessions, at('2026-11-23T12:00:00Z'));
    assert.deepEqual(days.map((d) => [d.date, d.away, d.sessions.map((s) => s.id).join('')]), [['2026-11-24', 0, 'abc']]);
  });
  assert.deepEqual(byDay([], 0), []);
});

test('moving the opening hour keeps the length', () => {
  assert.equal(keepLength('17:00', '17:50', '18:30'), '19:20');
  assert.equal(keepLength('17:00', '17:50', '23:30'), '00:20');
  assert.equal(keepLength('23:30', '00:30', '09:00'), '10:00');
  assert.equal(keepLength('17:00', '17:50', ''), '17:50', 'while it is being typed');
  assert.equal(keepLength('', '17:50', '18:00'), '17:50');
  assert.equal(endAfter('23:40', 50), '00:30');
  assert.equal(overMidnight('23:30', '00:30'), true);
  assert.equal(overMidnight('17:00', '17:50'), false);
});

test('the next full hour', () => {
  assert.equal(nextHour(at('2026-11-22T15:07:30Z')), at('2026-11-22T16:00:00Z'));
  assert.equal(nextHour(at('2026-11-22T15:00:00Z')), at('2026-11-22T16:00:00Z'));
});
