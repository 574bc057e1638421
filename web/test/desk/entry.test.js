import { test } from 'node:test';
import assert from 'node:assert/strict';
import { reduce } from '../../static/js/desk/model/reducer.js';
import { unsaved } from '../../static/js/desk/model/select.js';
import { status } from '../../static/js/desk/views/page.js';
import { initial } from '../../static/js/desk/model/initial.js';
import { qrPath } from '../../static/js/desk/model/qr.js';
import { enrolInAddress, failureInAddress, tokenInAddress } from '../../static/js/desk/model/signin.js';

const now = Date.parse('2026-11-22T15:07:30Z');
const token = 'x19C6Zk0nNhFeTs51XAR7-nnbNJI8XATy_Ho88Wkx_M';
const after = (/** @type {any[]} */ ...actions) => actions.reduce((s, a) => reduce(s, a), initial(now, 'Host'));
const ways = { link: false, password: true, passkey: true, provider: '' };

test('links are told apart, and nothing else is taken for one', () => {
  assert.equal(enrolInAddress({ hash: `#enrol=${token}` }), token);
  assert.equal(tokenInAddress({ hash: `#enrol=${token}` }), null);
  assert.equal(enrolInAddress({ hash: `#signin=${token}` }), null);
  assert.equal(failureInAddress({ hash: '#failed=not_allowed' }), 'not_allowed');
  for (const hash of ['', '#', '#enrol=', `#enrol=${token}x`, '#failed=', '#failed=<b>', '#failed=A']) {
    assert.equal(enrolInAddress({ hash }), null);
    assert.equal(failureInAddress({ hash }), null);
  }
});

test('the ways in are known once, and outlive a sign-out', () => {
  const s = after({ type: 'ask_signin', code: '' }, { type: 'ways', ways }, { type: 'signin_failed', code: 'sign_in_failed', message: '' });
  assert.deepEqual([s.page, s.signin.code, s.signin.way, s.signin.ways], ['signin', 'sign_in_failed', '', ways]);
  const inside = reduce(s, { type: 'sessions', sessions: [], now });
  assert.deepEqual([inside.page, inside.signin.code, inside.busy], ['list', '', '']);
  assert.equal(reduce({ ...inside, who: { name: 'rees', recovery: 3, password: true } }, { type: 'signed_out', now }).who, null);
});

test('setting up leads to the recovery codes and then inside, and leaves nothing', () => {
  const e = { token, name: 'rees', totp: { secret: 'S', link: 'L', qr: ['1'] }, passkey: false, code: '', message: '', recovery: [] };
  const s = after({ type: 'enrol', enrol: e }, { type: 'enrol', enrol: { code: 'short' } });
  assert.deepEqual([s.page, s.enrol?.code, s.enrol?.name], ['enrol', 'short', 'rees']);
  const done = reduce(s, { type: 'enrol', enrol: { recovery: ['a-b'] } });
  assert.deepEqual([done.enrol?.code, done.enrol?.recovery], ['', ['a-b']]);
  assert.deepEqual([unsaved(s), unsaved(done)], [false, true], 'codes that are shown once');
  const inside = reduce(done, { type: 'sessions', sessions: [], now });
  assert.deepEqual([inside.page, inside.enrol, unsaved(inside)], ['list', null, false]);
});

test('on the way in it is said that nobody answers', () => {
  const said = (/** @type {any} */ s) => status(/** @type {any} */ ({ s, t: (/** @type {string} */ key) => key }));
  const lost = { type: 'refresh_failed', code: 'unreachable' };
  assert.equal(said(after(lost)), 'desk.status.stale');
  const s = after({ type: 'ask_signin', code: '' }, { type: 'busy', what: 'password' }, lost);
  assert.equal(said(s), 'desk.status.stale');
  assert.equal(said(reduce(s, { type: 'ask_signin', code: 'over' })), 'desk.status.signin');
});

test('a QR code has its light border and every dark module', () => {
  assert.equal(qrPath(['101', '011', '000']), 'M4 4h1v1h-1zM6 4h1v1h-1zM5 5h2v1h-2z');
});
