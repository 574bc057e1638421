import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Once } from '../../static/js/desk/app/once.js';

/** @param {string} closes */
const ask = (closes) => ({ guests: [], hosts: [], closes, policy: { auto_lock: true, seats: 0, chat: true, screen_share: 'everyone' } });

test('a form that is sent again is the same request, until it is answered or changed', () => {
  const once = new Once();
  const form = { title: 'Tuesday' };
  const first = once.requestOf(form, ask('2026-11-22T20:00:00Z'), 1000);
  assert.deepEqual(once.requestOf(form, ask('2026-11-22T20:00:09Z'), 10_000), first);
  assert.match(first.key, /^[0-9a-f-]{36}$/);
  const changed = once.requestOf({ ...form }, ask('2026-11-22T20:00:10Z'), 11_000);
  assert.notEqual(changed.key, first.key);
  assert.equal(changed.body.closes, '2026-11-22T20:00:10Z');
  once.done();
  assert.notEqual(once.requestOf(form, ask(''), 12_000).key, changed.key);
});

test('after some minutes it is a new request: the server does not know the old one for ever', () => {
  const once = new Once();
  const form = {};
  const first = once.requestOf(form, ask(''), 1000);
  assert.equal(once.requestOf(form, ask(''), 1000 + 5 * 60_000).key, first.key);
  assert.notEqual(once.requestOf(form, ask(''), 1001 + 5 * 60_000).key, first.key);
});
