import { test } from 'node:test';
import assert from 'node:assert/strict';
import { hoursOf, newDraft, problemsOf, requestOf, typed } from '../../static/js/desk/model/draft.js';
import * as bodies from '../../static/js/protocol/bodies.js';
import { inZone } from './zone.js';

const now = Date.parse('2026-11-22T15:07:30.250Z');
const draft = (/** @type {object} */ change = {}) => ({ ...newDraft(now, 'Host'), guests: [{ key: 'a', label: 'S.' }], ...change });
const later = (/** @type {object} */ change = {}) => draft({ preset: 'later', date: '2026-11-24', from: '17:00', to: '17:50', ...change });
const fields = (/** @type {any} */ d) => problemsOf(d, now).map((p) => p.field);

test('the shortest way: one person, now, for 50 minutes', () => {
  const body = requestOf(draft({ guests: [{ key: 'a', label: ' S. ' }, { key: 'b', label: ' ' }] }), now);
  assert.deepEqual(body, {
    guests: [{ label: 'S.' }], hosts: [{ label: 'Host' }], closes: '2026-11-22T15:57:30Z',
    policy: { auto_lock: true, seats: 0, chat: true, screen_share: 'everyone', e2ee: 'required' },
  });
  bodies.createRequest(body, 'body');
});

test('a group now lasts 90 minutes', () => {
  assert.equal(requestOf(draft({ preset: 'group' }), now).closes, '2026-11-22T16:37:30Z');
});

test('later, with everything', () => {
  inZone('Europe/London', () => {
    const body = requestOf(later({
      title: ' Tuesday ', greeting: 'Hello,\ngood that you are here.', recognition: 'blue kettle', plan_b: 'I ring you.', ground_rules: 'One speaks.', passcode: ' harbour ',
      hosts: [{ key: 'h', label: 'Host' }, { key: 'i', label: 'A.' }], autoLock: false, chat: false, screenShare: 'hosts', e2ee: 'optional', seats: ' 2 ',
    }), now);
    bodies.createRequest(body, 'body');
    assert.deepEqual(body, {
      title: 'Tuesday', opens: '2026-11-24T17:00:00Z', closes: '2026-11-24T17:50:00Z', guests: [{ label: 'S.' }], hosts: [{ label: 'Host' }, { label: 'A.' }],
      greeting: 'Hello,\ngood that you are here.', recognition: 'blue kettle', plan_b: 'I ring you.', ground_rules: 'One speaks.', passcode: 'harbour',
      policy: { auto_lock: false, seats: 2, chat: false, screen_share: 'hosts', e2ee: 'optional' },
    });
  });
});

test('an end before the beginning is on the next day, also where that day has 23 or 25 hours', () => {
  inZone('Europe/London', () => {
    const spring = hoursOf(later({ date: '2026-03-28', from: '23:30', to: '03:00' }), now);
    assert.equal((spring?.closes ?? 0) - (spring?.opens ?? 0), 2.5 * 3600_000);
    const autumn = hoursOf(later({ date: '2026-10-24', from: '23:30', to: '03:00' }), now);
    assert.equal((autumn?.closes ?? 0) - (autumn?.opens ?? 0), 4.5 * 3600_000);
    assert.equal(autumn?.clocks, '');
    assert.equal(hoursOf(later({ date: '2026-10-25', from: '01:30', to: '02:30' }), now)?.clocks, 'twice');
    assert.equal(hoursOf(later({ date: '2026-03-29', from: '00:30', to: '01:30' }), now)?.clocks, 'skipped');
  });
});

test('a fresh form is not wrong but for the missing person, and nothing of it would be a pity to lose', () => {
  const fresh = newDraft(now, 'Host');
  assert.deepEqual(problemsOf(fresh, now).map((p) => p.key), ['desk.problem.nobody']);
  assert.equal(typed(fresh), false);
  assert.equal(typed({ ...fresh, greeting: 'Hello' }), true);
  assert.equal(typed(draft()), true);
});

test('hours that cannot be', () => {
  assert.deepEqual(fields(later({ date: '' })), ['date']);
  assert.deepEqual(fields(later({ from: '' })), ['from']);
  assert.deepEqual(fields(later({ to: '1' })), ['to']);
  assert.deepEqual(fields(later({ to: '17:00' })), ['to']);
  assert.deepEqual(fields(later({ date: '2026-11-21' })), ['date']);
  assert.deepEqual(fields(later({ date: '2028-01-01' })), ['date']);
  assert.deepEqual(fields(later()), []);
});

test('labels that cannot be', () => {
  const same = draft({ guests: [{ key: 'a', label: 'S.' }, { key: 'b', label: '' }, { key: 'c', label: ' s. ' }] });
  assert.deepEqual(problemsOf(same, now).map((p) => [p.field, p.key]), [['guests-2', 'desk.problem.same']]);
  assert.deepEqual(fields(draft({ guests: [{ key: 'a', label: 'host' }] })), ['hosts-0'], 'hosts count too');
  const long = draft({ guests: [{ key: 'a', label: '🫖'.repeat(41) }] });
  assert.deepEqual(problemsOf(long, now)[0], { field: 'guests-0', key: 'desk.problem.long', params: { n: 1 } });
  assert.deepEqual(fields(draft({ guests: [{ key: 'a', label: '🫖'.repeat(40) }] })), [], 'counted as people count');
  assert.deepEqual(fields(draft({ guests: [{ key: 'a', label: 'a\u202eb' }] })), ['guests-0']);
});

test('texts that cannot be', () => {
  assert.deepEqual(fields(draft({ title: 'x'.repeat(81), plan_b: 'y'.repeat(1001), passcode: 'z'.repeat(65) })), ['title', 'passcode', 'plan_b']);
  assert.deepEqual(fields(draft({ greeting: 'one\r\ntwo', title: 'one\ttwo' })), ['title']);
  for (const seats of ['x', '0', '-1', '1.5', '1000']) assert.deepEqual(fields(draft({ seats })), ['seats'], seats);
  assert.deepEqual(fields(draft({ seats: '16' })), []);
});
