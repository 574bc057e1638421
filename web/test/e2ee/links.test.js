import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Secrets } from '../../static/js/desk/app/secrets.js';
import { linkSecret } from '../../static/js/e2ee/secret.js';
import { unbase64 } from '../../static/js/e2ee/wire.js';
import { findLink } from '../../static/js/link/link.js';

const b64 = (/** @type {object} */ o) => Buffer.from(JSON.stringify(o)).toString('base64url');
const tokenOf = (/** @type {string} */ invite, /** @type {string} */ jti) => `${b64({ alg: 'EdDSA' })}.${b64({ sub: invite, jti })}.${'s'.repeat(86)}`;
const invite = (/** @type {string} */ id, /** @type {any} */ role, jti = `j-${id}`) => ({ id, label: id, role, state: /** @type {const} */ ('expected'), link: `https://hello.example/j#${tokenOf(id, jti)}` });
const hours = { state: /** @type {const} */ ('open'), opens: '', closes: '', locked: false, paused: false, passcode: false };

test('links get secrets that a host can derive and nobody else shares', async () => {
  const secrets = new Secrets();
  const session = await secrets.protect({ id: 'S', ...hours, hosts: [invite('h', 'host')], guests: [invite('a', 'guest'), invite('b', 'guest')] });
  const found = [...session.hosts, ...session.guests].map((i) => findLink(i.link ?? ''));
  const [h, a, b] = found.map((l) => l?.secret ?? '');
  assert.equal(new Set([h, a, b]).size, 3);
  const root = unbase64(h ?? '');
  assert.ok(root && a);
  assert.deepEqual(unbase64(a), await linkSecret(root, 'S', 'a', 'j-a'));
  const again = await secrets.protectInvite('S', invite('a', 'guest', 'new'));
  assert.deepEqual(unbase64(findLink(again.link ?? '')?.secret ?? ''), await linkSecret(root, 'S', 'a', 'new'));
  const elsewhere = await secrets.protectInvite('another session', invite('c', 'guest'));
  assert.equal(findLink(elsewhere.link ?? '')?.secret, '');
});

test('the secret survives what mail does to links, and a damaged one is no link', () => {
  const secret = 'AAECAwQFBgcICQoLDA0ODw';
  const token = tokenOf('a', 'J');
  const link = `https://hello.example/j#${token}~${secret}`;
  const half = link.length - 10;
  for (const text of [link, `<${link}>`, `${link}.`, `${link.slice(0, half)}\n${link.slice(half)}`, `${link.slice(0, half)}=\r\n${link.slice(half)}`, encodeURIComponent(link), `${token}~${secret}`, `${link}\nKind regards`]) {
    assert.deepEqual(findLink(text), { token, jti: 'J', invite: 'a', secret }, text);
  }
  assert.equal(findLink(`${token}. Please come`)?.secret, '');
  for (const cut of [1, 5, 22]) assert.equal(findLink(link.slice(0, -cut)), null);
});
