import { test } from 'node:test';
import assert from 'node:assert/strict';
import { initial } from '../static/js/state/initial.js';
import { reduce } from '../static/js/state/reducer.js';
import { onlyToHost, guestAtDoor, longGone, peopleOf, phaseOf, reconnecting, sending, tilesOf } from '../static/js/state/select.js';
import { details } from '../static/js/state/details.js';
import { newsOf } from '../static/js/state/news.js';

const t0 = Date.parse('2026-11-22T16:58:12Z');
const run = (actions, state = initial) => actions.reduce(reduce, state);
const preview = { role: 'guest', opens: '2026-11-22T17:00:00Z', closes: '2026-11-22T20:00:00Z', now: '2026-11-22T16:58:12Z', passcode: false };
const person = (seat, over = {}) => ({ seat, label: seat, role: 'guest', online: true, mic: true, camera: true, screen: false, hand: false, muted: false, stopped: false, at_door: false, ...over });
const host = (over = {}) => person('H', { role: 'host', ...over });
const view = (over = {}) => ({
  type: 'view', rev: 1, now: '2026-11-22T17:05:00Z', me: { seat: 'S', label: 'S', role: 'guest', phase: 'in' },
  session: { id: 'x', opens: preview.opens, closes: preview.closes }, media: true,
  room: { locked: false, paused: false, chat: true, screen_share: 'everyone' }, people: [host(), person('S')], ...over,
});
const waiting = () => view({ me: { seat: 'S', label: 'S', role: 'guest', phase: 'waiting' }, media: false, room: undefined, people: undefined });
const msg = (message) => ({ type: 'message', message });
const live = (v) => run([{ type: 'joined', role: v.me.role, wide: false }, { type: 'socket', state: 'open' }, msg(v)]);
const frozen = (o) => { Object.freeze(o); for (const v of Object.values(o)) if (typeof v === 'object' && v !== null && !Object.isFrozen(v)) frozen(v); return o; };

test('the reducer never changes the state it was given', () => {
  const state = frozen(structuredClone(live(view())));
  for (const action of [{ type: 'panel', panel: 'chat' }, { type: 'field', name: 'passcode', value: 'x' }, msg({ type: 'chat', from: 'H', text: 'x', private: false, at: preview.now }), msg(waiting()), { type: 'tick', now: 1 }]) reduce(state, action);
});

test('before the hour a guest waits for it on the server’s clock, a host does not', () => {
  const ours = t0 + 3600_000; // this device's clock is an hour ahead
  const early = run([{ type: 'preview', preview, now: ours }]);
  assert.equal(phaseOf(early), 'too_early');
  assert.equal(phaseOf(run([{ type: 'tick', now: ours + 107_000 }], early)), 'too_early');
  assert.equal(phaseOf(run([{ type: 'tick', now: ours + 109_000 }], early)), 'welcome');
  assert.equal(phaseOf(run([{ type: 'preview', preview: { ...preview, role: 'host' }, now: ours }])), 'welcome');
});

test('phases follow the view', () => {
  assert.equal(phaseOf(run([{ type: 'joined', role: 'guest', wide: false }])), 'connecting');
  for (const phase of ['waiting', 'knocking', 'greeted', 'in', 'held', 'declined']) {
    assert.equal(phaseOf(live(view({ me: { seat: 'S', label: 'S', role: 'guest', phase } }))), phase);
  }
  const paused = { locked: false, paused: true, chat: true, screen_share: 'everyone' };
  assert.equal(phaseOf(live(view({ room: paused, media: false }))), 'paused');
  assert.equal(onlyToHost(live(view({ room: paused, media: false }))), false);
  assert.equal(onlyToHost(live(view({ room: { ...paused, paused_by_host: true }, media: false }))), true);
  assert.equal(onlyToHost(live(view({ room: { ...paused, paused: false, chat: false } }))), true);
});

test('who is put out of the room keeps nothing of it on the screen', () => {
  const inside = run([msg({ type: 'slots', pc: 'p', slots: [{ mid: '3', seat: 'H', kind: 'audio' }] }), msg({ type: 'chat', from: 'H', text: 'hello', private: false, at: preview.now }), { type: 'panel', panel: 'people' }], live(view()));
  assert.equal(inside.chat.length, 1);
  const held = run([msg(view({ me: { seat: 'S', label: 'S', role: 'guest', phase: 'held' }, media: false, room: undefined, people: undefined }))], inside);
  assert.deepEqual([held.chat, held.slots.slots, held.speakers, held.panel, held.dialog], [[], [], [], '', null]);
});

test('a question about somebody who has gone is closed', () => {
  const hosting = live(view({ me: { seat: 'H', label: 'H', role: 'host', phase: 'in' } }));
  const asked = run([{ type: 'dialog', dialog: { kind: 'remove', seat: 'S', label: 'S' } }], hosting);
  assert.equal(run([msg(view({ me: hosting.view.me }))], asked).dialog?.kind, 'remove');
  assert.equal(run([msg(view({ me: hosting.view.me, people: [host()] }))], asked).dialog, null);
});

test('messages are counted until they are looked at; own ones never are', () => {
  const chat = (from) => msg({ type: 'chat', from, text: 'x', private: false, at: preview.now });
  const state = run([chat('H'), chat('S'), chat('H')], live(view()));
  assert.equal(state.unread, 2);
  const open = run([{ type: 'panel', panel: 'chat' }, chat('H')], state);
  assert.equal(open.unread, 0);
});

test('a message that cannot be read is not shown', () => {
  const state = run([msg({ type: 'chat', from: 'H', sealed: 'q83v', private: false, at: preview.now })], live(view()));
  assert.deepEqual([state.chat, state.unread], [[], 0]);
});

test('a short gap in the connection is not called a loss of everything', () => {
  const lost = run([{ type: 'tick', now: 1000 }, { type: 'socket', state: 'lost' }], live(view()));
  assert.ok(reconnecting(lost));
  assert.ok(!longGone(lost));
  const still = run([{ type: 'socket', state: 'connecting' }, { type: 'tick', now: 10_000 }], lost);
  assert.ok(longGone(still));
  assert.ok(!reconnecting(run([{ type: 'socket', state: 'open' }], still)));
});

test('tiles: others first, me last, a shared screen before all, no picture where none is sent', () => {
  const slots = { type: 'slots', pc: 'p', slots: [{ mid: '4', seat: 'H', kind: 'camera' }, { mid: '6', seat: 'K', kind: 'camera' }, { mid: '7', seat: 'K', kind: 'screen' }] };
  const state = run([msg(slots)], live(view({ people: [person('S'), host({ camera: false }), person('K', { screen: true })] })));
  assert.deepEqual(tilesOf(state).map((t) => [t.key, t.mid, t.mine]), [['screen-K', '7', false], ['camera-H', '', false], ['camera-K', '6', false], ['camera-S', '', true]]);
});

test('a host who talks at the door sees that one person and nobody of the room', () => {
  const door = [{ seat: 'A', invite: 'a', label: 'A', phase: 'greeted', since: preview.now, online: true }, { seat: 'B', invite: 'b', label: 'B', phase: 'greeted', since: preview.now, online: true }];
  const me = { seat: 'H', label: 'H', role: 'host', phase: 'in' };
  const state = run([{ type: 'greeting', seat: 'B' }], live(view({ me, people: [host({ at_door: true }), person('S')], door })));
  assert.equal(guestAtDoor(state)?.seat, 'B');
  assert.deepEqual(tilesOf(state).map((t) => t.seat), ['B', 'H']);
  assert.equal(guestAtDoor(live(view({ me, people: [host(), person('S')], door }))), undefined);
});

test('hosts stand first among the people', () => {
  assert.deepEqual(peopleOf(live(view({ people: [person('S'), host(), person('K')] }))).map((p) => p.seat), ['H', 'S', 'K']);
});

test('what is sent follows the own switches', () => {
  const own = { ...initial.own, mic: 'off', camera: 'on', screen: true };
  assert.deepEqual(sending(run([{ type: 'own', own }])), { mic: false, camera: true, screen: true });
});

test('a wide screen opens the host’s panel at once, a phone does not', () => {
  assert.equal(run([{ type: 'joined', role: 'host', wide: true }]).panel, 'people');
  assert.equal(run([{ type: 'joined', role: 'host', wide: false }]).panel, '');
  assert.equal(run([{ type: 'joined', role: 'guest', wide: true }]).panel, '');
});

test('news: being let in, who waits, who came and went, what a host did', () => {
  const keys = (before, now) => newsOf(before, now).map((n) => n.key);
  assert.deepEqual(keys(waiting(), view()), ['news.in']);
  assert.deepEqual(keys(null, view()), []);
  assert.deepEqual(keys(view(), view({ people: [host(), person('S', { muted: true }), person('K')] })), ['news.muted', 'news.came']);
  assert.deepEqual(keys(view({ people: [host(), person('S'), person('K')] }), view()), ['news.went']);
  const me = { seat: 'H', label: 'H', role: 'host', phase: 'in' };
  const atDoor = (phase) => view({ me, door: [{ seat: 'K', invite: 'k', label: 'K.', phase, since: preview.now, online: true }] });
  assert.deepEqual(keys(view({ me }), atDoor('waiting')), ['news.waits']);
  assert.deepEqual(keys(atDoor('greeted'), atDoor('waiting')), []);
  assert.deepEqual(keys(atDoor('declined'), atDoor('waiting')), ['news.waits']);
  assert.deepEqual(keys(view({ me }), atDoor('knocking')), ['news.knocks']);
  const noticed = (count) => view({ me, notices: [{ id: 1, code: 'link_reuse', label: 'K.', at: preview.now, count }] });
  assert.deepEqual([keys(noticed(1), noticed(2)), keys(noticed(2), noticed(2))], [['notice.link_reuse'], []]);
  const locked = view({ room: { locked: true, paused: false, chat: true, screen_share: 'everyone' } });
  assert.deepEqual(keys(view(), locked), ['news.locked']);
});

test('technical details name the refusal, and nobody', () => {
  const said = details(run([{ type: 'refused', code: 'locked' }], live(view())), 'a browser');
  assert.match(said, /^refused: locked$/m);
  assert.ok(!/Host|S\.|Hello/.test(said));
});
