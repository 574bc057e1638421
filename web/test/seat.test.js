import { test } from 'node:test';
import assert from 'node:assert/strict';
import { SeatKey, joinText, resumeText } from '../static/js/identity/seat.js';
import { Keep } from '../static/js/identity/keep.js';
import { fromBase64url } from '../static/js/protocol/bytes.js';

/** A Storage in memory. */
class Shelf {
  items = new Map();
  getItem(k) { return this.items.get(k) ?? null; }
  setItem(k, v) { this.items.set(k, v); }
  removeItem(k) { this.items.delete(k); }
  clear() { this.items.clear(); }
}

async function verifies(key, text, signature) {
  const point = await crypto.subtle.importKey('raw', fromBase64url(key.point), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, point, fromBase64url(signature), new TextEncoder().encode(text));
}

test('the seat signs what the protocol says', async () => {
  const key = await SeatKey.make(false);
  assert.equal(fromBase64url(key.point).length, 65);
  const join = await key.signJoin('https://hello.example', 'J1', 'N1');
  assert.equal(fromBase64url(join).length, 64);
  assert.equal(joinText('https://hello.example', 'J1', 'N1', 'K'), 'anteroom-join-v1\nPOST\nhttps://hello.example/v1/join\nJ1\nN1\nK');
  assert.equal(resumeText('https://hello.example', 'S', 'N', 'K'), 'anteroom-ws-v1\nhttps://hello.example\nS\nN\nK');
  assert.ok(await verifies(key, joinText('https://hello.example', 'J1', 'N1', key.point), join));
  assert.ok(await verifies(key, resumeText('https://hello.example', 'S1', 'N2', key.point), await key.signResume('https://hello.example', 'S1', 'N2')));
});

test('a reload finds the same key', async () => {
  const key = await SeatKey.make(false);
  const again = await SeatKey.restore(key.jwk, key.point);
  assert.ok(await verifies(key, resumeText('o', 's', 'n', key.point), await again.signResume('o', 's', 'n')));
});

test('on a shared device the key cannot be read out and nothing is kept', async () => {
  const key = await SeatKey.make(true);
  assert.equal(key.jwk, null);
  await assert.rejects(crypto.subtle.exportKey('jwk', key.secret));
  const shelf = new Shelf();
  const keep = new Keep(shelf);
  keep.write({ jti: 'J1', token: 'T' });
  keep.save();
  assert.equal(shelf.items.size, 1);
  keep.setShared(true);
  assert.equal(shelf.items.size, 0);
  keep.write({ jti: 'J1', session: 'S' });
  keep.save();
  assert.equal(shelf.items.size, 0);
});

test('what is kept comes back once, and is gone after wiping', () => {
  const shelf = new Shelf();
  const before = new Keep(shelf);
  before.write({ jti: 'J1', session: 'S', role: 'guest' });
  assert.equal(shelf.items.size, 0, 'nothing reaches the disk while the page is there');
  before.save();
  const keep = new Keep(shelf);
  assert.equal(keep.read()?.session, 'S');
  assert.equal(shelf.items.size, 0, 'whoever reads takes it out');
  keep.save();
  assert.equal(shelf.items.size, 1);
  keep.takeOut();
  assert.equal(shelf.items.size, 0);
  assert.equal(keep.kept?.session, 'S');
  keep.wipe();
  keep.save();
  assert.equal(shelf.items.size, 0);
  shelf.setItem('seat', '{"broken');
  assert.equal(new Keep(shelf).read(), null);
  assert.equal(new Keep(null).read(), null);
});
