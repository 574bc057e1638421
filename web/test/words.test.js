import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { Words } from '../static/js/ui/words.js';
import { en } from '../static/i18n/en.js';

const words = new Words(['en-GB']);

test('a label that ends in a full stop does not end a sentence twice', () => {
  assert.equal(words.t('news.waits', { label: 'S.' }), 'S. is waiting at the door.');
  assert.equal(words.t('notice.passcode_wrong', { label: 'S.' }), 'A wrong passcode was given with the link of S.');
  assert.equal(words.t('notice.passcode_wrong', { label: 'Sam' }), 'A wrong passcode was given with the link of Sam.');
});

test('one and many', () => {
  assert.equal(words.t('door.count', { n: 1 }), '1 at the door');
  assert.equal(words.t('door.count', { n: 3 }), '3 at the door');
});

test('time until the door opens is said without hurry', () => {
  assert.equal(words.until(20_000), 'in less than a minute');
  assert.equal(words.until(12 * 60_000), 'in 12 minutes');
  assert.equal(words.until(3 * 3600_000), 'in about 3 hours');
  assert.equal(words.until(3 * 86400_000), 'in 3 days');
});

test('unknown languages get English', () => {
  assert.equal(new Words(['xx-YY']).language, 'en');
});

test('the names that tests and assistive tools rely on are as designed', () => {
  const fixed = {
    'check.button': 'Check camera and microphone', 'join.guest': 'Ask to join', 'join.host': 'Enter', 'control.leave': 'Leave',
    'control.mute': 'Mute', 'control.unmute': 'Unmute', 'control.stop_video': 'Stop video', 'control.start_video': 'Start video',
    'control.share': 'Share screen', 'door.admit': 'Admit {label}', 'door.admit_all': 'Admit all', 'door.decline': 'Decline {label}',
    'host.hold': 'Hold {label}', 'host.remove': 'Remove {label}', 'host.lock': 'Lock room', 'host.unlock': 'Unlock room', 'host.end': 'End for everyone',
  };
  for (const [key, name] of Object.entries(fixed)) assert.equal(en[key], name);
});

test('every word that a view asks for by name is in the catalogue', () => {
  const root = new URL('../static/js/', import.meta.url);
  const missing = [];
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.js') && !f.startsWith('desk/'))) {
    const source = readFileSync(new URL(file, root), 'utf8');
    for (const [, key] of source.matchAll(/\bt\('([a-z_]+(?:\.[a-z_]+)+)'/g)) {
      if (!(key in en) && !(`${key}.other` in en)) missing.push(`${file}: ${key}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('every refusal has a heading, an explanation and what to do next', () => {
  const protocol = readFileSync(new URL('../../signaling/PROTOCOL.md', import.meta.url), 'utf8');
  const table = protocol.slice(protocol.indexOf('| code | status |'), protocol.indexOf('## 3.'));
  const codes = [...table.matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map((m) => m[1]);
  assert.ok(codes.length > 15);
  const forms = new Set(['bad_request', 'sign_in_required', 'sign_in_failed', 'signature_invalid', 'passcode_required', 'passcode_wrong', 'not_allowed', 'too_large', 'key_reused', 'confirmation_required', 'last_way']);
  for (const code of codes.filter((c) => !forms.has(c))) {
    for (const part of ['title', 'text', 'next']) assert.ok(`refused.${code}.${part}` in en, `${code} has no ${part}`);
  }
});
