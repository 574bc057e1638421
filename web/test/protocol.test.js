import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeClient, decodeServer, encodeClient } from '../static/js/protocol/messages.js';
import { ProtocolError, parseStrict } from '../static/js/protocol/strict.js';
import { fromBase64url, toBase64url } from '../static/js/protocol/bytes.js';
import * as bodies from '../static/js/protocol/bodies.js';

const protocol = readFileSync(new URL('../../signaling/PROTOCOL.md', import.meta.url), 'utf8');
const examples = [...protocol.matchAll(/```json example ([^\n]+)\n([\s\S]*?)```/g)].map(([, name, text]) => ({ name, text }));

const shapes = {
  error: bodies.failure,
  'create-request': bodies.createRequest,
  'create-response': bodies.session,
  'preview-response': bodies.preview,
  'join-request': bodies.joinRequest,
  'join-response': bodies.joined,
};

test('the protocol document has its examples', () => {
  assert.ok(examples.length >= 35, `found ${examples.length}`);
});

for (const { name, text } of examples) {
  test(`example ${name} is read strictly and written back`, () => {
    const plain = JSON.parse(text);
    if (name.startsWith('server ')) return assert.deepEqual(decodeServer(text, false), plain);
    if (name.startsWith('client ')) return assert.deepEqual(JSON.parse(encodeClient(decodeClient(text))), plain);
    assert.ok(name in shapes, 'an example of a kind that this test does not know');
    const value = parseStrict(text);
    shapes[name](value, name);
    assert.deepEqual(value, plain);
  });
}

for (const { name, text } of examples.filter((e) => /^(server|client) /.test(e.name))) {
  test(`example ${name} with a member too many, or in another case, is refused`, () => {
    const decode = name.startsWith('server ') ? (/** @type {string} */ raw) => decodeServer(raw, false) : decodeClient;
    const value = JSON.parse(text);
    assert.throws(() => decode(JSON.stringify({ ...value, extra: 1 })), ProtocolError);
    assert.throws(() => decode(JSON.stringify({ ...value, Type: value.type })), ProtocolError);
    assert.throws(() => decode(`${text} {}`), ProtocolError);
  });
}

test('duplicate members are refused, at any depth and however they are written', () => {
  assert.throws(() => parseStrict('{"a":1,"a":2}'), ProtocolError);
  assert.throws(() => parseStrict('{"x":[{"a":1,"\\u0061":2}]}'), ProtocolError);
  assert.throws(() => decodeServer('{"type":"speakers","seats":[],"seats":[]}'), ProtocolError);
  assert.deepEqual(parseStrict('{"a":{"b":":"},"c":{"b":"{\\"b\\":"}}'), { a: { b: ':' }, c: { b: '{"b":' } });
});

test('wrong types and unknown values are refused', () => {
  for (const text of [
    '[]', 'null', '"view"', '{"type":"toString"}', '{"type":"__proto__"}', '{"type":"ok","ref":7}', '{"type":"speakers","seats":"x"}',
    '{"type":"bye","code":"Removed","message":""}', '{"type":"chat","from":"a=","text":"x","private":true,"at":"2026-11-22T17:06:00Z"}',
    '{"type":"chat","from":"aaaa","text":"x","private":true,"at":"yesterday"}',
  ]) assert.throws(() => decodeServer(text, false), ProtocolError, text);
});

test('what the server would refuse is not sent', () => {
  assert.throws(() => encodeClient({ type: 'chat', text: 'x'.repeat(2001) }), ProtocolError);
  assert.throws(() => encodeClient({ type: 'say_to_waiting', text: 'a\u0007' }), ProtocolError);
  assert.equal(JSON.parse(encodeClient({ type: 'chat', text: '👋'.repeat(2000) })).type, 'chat');
});

test('base64url is canonical', () => {
  assert.equal(toBase64url(Uint8Array.of(251, 255, 0)), '-_8A');
  assert.deepEqual(fromBase64url('-_8A'), Uint8Array.of(251, 255, 0));
  for (const bad of ['-_8A=', '+/8A', 'A', 'AB', 'AA A']) assert.equal(fromBase64url(bad), null, bad);
});
