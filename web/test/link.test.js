import { test } from 'node:test';
import assert from 'node:assert/strict';
import { findLink, hadSomething, linkFromAddress } from '../static/js/link/link.js';

const b64 = (/** @type {object} */ o) => Buffer.from(JSON.stringify(o)).toString('base64url');
const token = `${b64({ alg: 'EdDSA', typ: 'join+jwt' })}.${b64({ sid: 'abc', jti: 'J1' })}.${'s'.repeat(86)}`;
const link = `https://hello.example/j#${token}`;
const at = (/** @type {string} */ address) => new URL(address, 'https://hello.example');

test('the token is found wherever a mail program put it', () => {
  for (const address of [`/j#${token}`, `/j/#${token}`, `/j%23${token}`, `/j%2523${token}`, `/j#%23${token}`, `/j?utm_source=mail#${token}`]) {
    assert.deepEqual(linkFromAddress(at(address)), { token, jti: 'J1', invite: '', secret: '' }, address);
  }
});

test('a pasted message gives the token', () => {
  const half = Math.floor(link.length / 2);
  const pastes = [
    link, `  ${link}\n`, `<${link}>`, `"${link}".`, `Your link: ${link}. See you`, `${link.slice(0, half)}\n${link.slice(half)}`,
    `${link.slice(0, half)}=\r\n${link.slice(half)}`, `> ${link.slice(0, half)}\r\n> ${link.slice(half)}\r\n> Kind regards`, encodeURIComponent(link), token,
    `${link.slice(0, 60)}\n${link.slice(60, 120)}\n${link.slice(120)}\nSee you tomorrow`,
  ];
  for (const text of pastes) assert.equal(findLink(text)?.token, token, text);
});

test('what is no link is none', () => {
  for (const text of ['', 'hello', 'https://hello.example/j#', link.slice(0, -1), 'https://hello.example/j#eyJ.a.b', '%E0%A4%A', `${b64({})}.${b64({ sid: 'x' })}.${'s'.repeat(86)}`]) {
    assert.equal(findLink(text), null, text);
  }
});

test('a lost fragment is told from a damaged one', () => {
  assert.equal(hadSomething(at('/j')), false);
  assert.equal(hadSomething(at('/j/')), false);
  assert.equal(hadSomething(at('/j#eyJ')), true);
  assert.equal(hadSomething(at('/j%23eyJ')), true);
});
