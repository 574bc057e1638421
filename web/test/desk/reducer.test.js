import { test } from 'node:test';
import assert from 'node:assert/strict';
import { reduce } from '../../static/js/desk/model/reducer.js';
import { initial } from '../../static/js/desk/model/initial.js';
import { addProblem, counts, current, newsOf, unsaved } from '../../static/js/desk/model/select.js';

/** @typedef {import('../../static/js/desk/model/reducer.js').Action} Action */

const now = Date.parse('2026-11-22T15:07:30Z');
const invite = (/** @type {string} */ id, /** @type {any} */ more = {}) => ({ id, label: id, role: 'guest', state: 'expected', ...more });
const session = (/** @type {any} */ more = {}) => ({
  id: 's1', state: 'open', opens: '2026-11-22T15:00:00Z', closes: '2026-11-22T16:00:00Z', locked: false, paused: false, passcode: false,
  hosts: [invite('h', { role: 'host' })], guests: [invite('a'), invite('b')], ...more,
});
const withLinks = session({ hosts: [invite('h', { role: 'host', link: 'L-h' })], guests: [invite('a', { link: 'L-a' }), invite('b', { link: 'L-b' })] });
const after = (/** @type {any[]} */ ...actions) => actions.reduce((s, a) => reduce(s, a), initial(now, 'Host'));
const created = { type: 'created', session: withLinks, now };
const listed = (/** @type {any[]} */ ...sessions) => ({ type: 'sessions', sessions, now });

test('the first answer opens the list', () => {
  assert.equal(after(listed()).page, 'list');
  assert.equal(after({ type: 'ask_signin', code: '' }).page, 'signin');
  assert.equal(after({ type: 'ask_signin', code: '' }, { type: 'busy', what: 'signin' }, listed()).busy, '');
});

test('links are in their one place, and go with the session', () => {
  const s = after(listed(), created);
  assert.equal(s.page, 'session');
  assert.deepEqual(s.links, { h: 'L-h', a: 'L-a', b: 'L-b' });
  assert.ok(!JSON.stringify(s.sessions).includes('L-'));
  assert.deepEqual(reduce(s, /** @type {any} */ (listed(session()))).links, s.links, 'a refresh keeps them');
  assert.deepEqual(reduce(s, { type: 'ended', session: 's1' }).links, {});
  const gone = reduce(s, /** @type {any} */ (listed()));
  assert.deepEqual([gone.page, gone.links, gone.failure?.code], ['list', {}, 'gone']);
  assert.deepEqual(reduce(s, { type: 'signed_out', now }).links, {});
});

test('a new link replaces the old one, and is not copied yet', () => {
  const s = after(listed(), created, { type: 'copied', invite: 'a' });
  const next = reduce(s, { type: 'issued', session: 's1', invite: /** @type {any} */ (invite('a', { link: 'L-new' })), added: false });
  assert.equal(next.links.a, 'L-new');
  assert.equal(next.copied.a, undefined);
  assert.equal(current(next)?.guests.length, 2);
});

test('a person who is added is on the register with a link', () => {
  const s = after(listed(), created, { type: 'add', add: { open: true, label: 'z' } });
  const next = reduce(s, { type: 'issued', session: 's1', invite: /** @type {any} */ (invite('z', { link: 'L-z' })), added: true });
  assert.deepEqual(current(next)?.guests.map((g) => g.id), ['a', 'b', 'z']);
  assert.deepEqual([next.links.z, next.add.open, next.add.label], ['L-z', false, '']);
});

test('a withdrawn link is shown no more', () => {
  const next = after(listed(), created, { type: 'withdrawn', session: 's1', invite: 'a' });
  assert.equal(next.links.a, undefined);
  assert.equal(current(next)?.guests[0].state, 'withdrawn');
});

test('what was typed outlives a refusal, the way back and a sign-in that ran out; a session made clears it', () => {
  const typing = after(listed(), { type: 'go', page: 'create' }, { type: 'row', list: 'guests', index: 0, label: 'S.' });
  assert.equal(reduce(typing, { type: 'failed', where: 'create', code: 'unavailable', message: '' }).draft.guests[0].label, 'S.');
  assert.equal([{ type: 'go', page: 'list' }, { type: 'go', page: 'create' }].reduce((s, a) => reduce(s, /** @type {Action} */ (a)), typing).draft.guests[0].label, 'S.');
  const back = [{ type: 'ask_signin', code: 'over' }, listed()].reduce((s, a) => reduce(s, /** @type {any} */ (a)), typing);
  assert.deepEqual([back.page, back.draft.guests[0].label], ['create', 'S.']);
  assert.equal(reduce(typing, /** @type {any} */ (created)).draft.guests[0].label, '');
});

test('an untouched form follows the clock', () => {
  const s = after(listed(), { type: 'tick', now: now + 3 * 3600_000 }, { type: 'go', page: 'create' });
  assert.notEqual(s.draft.from, initial(now, 'Host').draft.from);
});

test('a group begins with several lines, one-to-one with one; nothing typed is lost between them', () => {
  const labels = (/** @type {any} */ s) => s.draft.guests.map((/** @type {any} */ r) => r.label);
  const group = after({ type: 'preset', preset: 'group', key: 'k' });
  assert.deepEqual(labels(group), ['', '', '']);
  const typed = ['x', 'y'].reduce((s, label, i) => reduce(s, { type: 'row', list: 'guests', index: i, label }), group);
  assert.deepEqual(labels(reduce(typed, { type: 'preset', preset: 'single', key: 'l' })), ['x', 'y']);
  assert.equal(new Set(group.draft.guests.map((r) => r.key)).size, 3);
});

test('later keeps the length of the choice before, unless hours were set', () => {
  const group = after({ type: 'preset', preset: 'group', key: 'k' }, { type: 'draft', draft: { from: '17:00', to: '17:50' } });
  assert.equal(reduce(group, { type: 'preset', preset: 'later', key: 'k' }).draft.to, '18:30');
  const own = reduce(group, { type: 'draft', draft: { to: '17:45' } });
  assert.equal(reduce(own, { type: 'preset', preset: 'later', key: 'k' }).draft.to, '17:45');
  assert.equal(reduce(own, { type: 'from', time: '18:00' }).draft.to, '18:45');
});

test('lines are added where asked for, and the last one is emptied rather than removed', () => {
  const s = after({ type: 'row', list: 'hosts', index: 0, label: 'A.' }, { type: 'add_row', list: 'hosts', after: 0, key: 'n' });
  assert.deepEqual(s.draft.hosts.map((r) => r.label), ['A.', '']);
  const one = reduce(s, { type: 'remove_row', list: 'hosts', index: 0, key: 'm' });
  assert.deepEqual(one.draft.hosts.map((r) => r.label), ['']);
  assert.deepEqual(reduce({ ...one, draft: { ...one.draft, hosts: [{ key: 'q', label: 'B.' }] } }, { type: 'remove_row', list: 'hosts', index: 0, key: 'm' }).draft.hosts.map((r) => r.label), ['']);
});

test('who came, came in and left is told; the first list and one’s own changes are not', () => {
  const was = [session()];
  const is = [session({ guests: [invite('a', { state: 'waiting' }), invite('b'), invite('c', { state: 'waiting' })] })];
  assert.deepEqual(newsOf(/** @type {any} */ (was), /** @type {any} */ (is)), [{ key: 'desk.news.waiting', params: { label: 'a' } }]);
  assert.deepEqual(newsOf(null, /** @type {any} */ (is)), []);
  assert.deepEqual(newsOf(/** @type {any} */ (is), /** @type {any} */ (is)), []);
});

test('people are counted without those whose link is dead', () => {
  const n = counts(/** @type {any} */ (session({ guests: [invite('a', { state: 'in' }), invite('b', { state: 'held' }), invite('c', { state: 'withdrawn' }), invite('d', { state: 'removed' }), invite('e')] })));
  assert.deepEqual(n, { in: 1, waiting: 1, expected: 1, alive: 3 });
});

test('a label must be short and new; that of a withdrawn person is free', () => {
  const s = after(listed(), created, { type: 'withdrawn', session: 's1', invite: 'b' });
  const why = (/** @type {string} */ label) => addProblem(reduce(s, { type: 'add', add: { label } }));
  assert.deepEqual([why(' '), why('A'), why('b'), why('x'.repeat(41)), why('z')], ['desk.problem.no_label', 'desk.problem.same', '', 'desk.problem.long_label', '']);
});

test('closing the page asks only when something would be lost', () => {
  assert.equal(unsaved(after(listed())), false);
  const s = after(listed(), created);
  assert.equal(unsaved(s), true);
  assert.equal(unsaved(['h', 'a', 'b'].reduce((x, id) => reduce(x, { type: 'copied', invite: id }), s)), false);
  assert.equal(unsaved(after(listed(), { type: 'row', list: 'guests', index: 0, label: 'S.' })), true);
});
