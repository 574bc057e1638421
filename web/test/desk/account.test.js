import { test } from 'node:test';
import assert from 'node:assert/strict';
import { reduce } from '../../static/js/desk/model/reducer.js';
import { fewCodes, unsaved } from '../../static/js/desk/model/select.js';
import { initial } from '../../static/js/desk/model/initial.js';

const now = Date.parse('2026-11-22T15:07:30Z');
const after = (/** @type {any[]} */ ...actions) => actions.reduce((s, a) => reduce(s, a), initial(now, 'Host'));
const ways = { name: 'rees', provider: false, passkey: '', usable: false, passkeys: [], password: true, recovery: 2 };
const open = [{ type: 'sessions', sessions: [], now }, { type: 'account', account: { ways } }, { type: 'go', page: 'account' }];

test('the page on how one signs in begins afresh, and leaves nothing', () => {
  const s = after(...open, { type: 'account', account: { part: 'password', code: 'short', done: 'removed', question: { kind: 'recovery' } } });
  assert.deepEqual([s.page, s.account?.part, s.account?.code], ['account', 'password', 'short']);
  assert.equal(reduce(s, { type: 'account', account: {} }).account?.code, '', 'what is done next takes the mistake away');
  assert.equal(reduce(s, { type: 'go', page: 'list' }).account, null);
  const again = [{ type: 'go', page: 'list' }, ...open.slice(1)].reduce((x, a) => reduce(x, /** @type {any} */ (a)), s);
  assert.deepEqual(again.account, { ways, part: '', app: null, codes: [], question: null, done: '', code: '', message: '' });
  for (const end of [{ type: 'ask_signin', code: 'over' }, { type: 'signed_out', now }]) assert.equal(reduce(s, /** @type {any} */ (end)).account, null);
});

test('codes that are shown once are not lost by going away', () => {
  const s = after(...open, { type: 'account', account: { codes: ['a-b'] } });
  assert.deepEqual([unsaved(s), unsaved(after(...open))], [true, false]);
  assert.deepEqual(after({ type: 'account', account: { codes: ['a-b'] } }, { type: 'go', page: 'account' }).account?.codes, ['a-b'], 'also when they come late');
});

test('few codes are two or fewer, where they stand in for an app', () => {
  const few = (/** @type {number} */ recovery, password = true) => fewCodes({ password, recovery });
  assert.deepEqual([few(3), few(2), few(0), few(0, false)], [false, true, true, false]);
});
