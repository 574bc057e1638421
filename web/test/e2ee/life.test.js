import { test } from 'node:test';
import assert from 'node:assert/strict';
import { kinds } from '../../static/js/e2ee/sframe.js';
import { utf8 } from '../../static/js/e2ee/wire.js';
import { World } from './world.js';

/** @typedef {import('./world.js').Node} Node */

/** @param {boolean} plain @returns {Promise<[World, Node, Node, Node]>} */
async function three(plain = false) {
  const w = new World();
  const h = await (plain ? w.plainHost('h') : w.host('h'));
  const a = await (plain ? w.plainGuest('a') : w.guest('a'));
  const b = await (plain ? w.plainGuest('b') : w.guest('b'));
  await w.enter(h);
  await w.admit(h, a, b);
  await w.run(1000);
  await w.allHear(h, a, b);
  return [w, h, a, b];
}

for (const plain of [false, true]) {
  test(`a reload keeps the seat and takes new keys, ${plain ? 'API links' : 'links with a secret'}`, async () => {
    for (const who of [0, 1]) {
      const [w, ...all] = await three(plain);
      const code = w.sameCode(...all);
      w.now += 5000;
      const one = /** @type {Node} */ (all[who]);
      await one.load(JSON.parse(JSON.stringify(one.a.keep())));
      await w.show();
      await w.run(2000);
      await w.allHear(...all);
      assert.notEqual(w.sameCode(...all), code);
    }
  });
}

test('a guest reloads while the host is away, and the host comes back', async () => {
  const [w, h, a, b] = await three();
  h.offline = true;
  await w.show();
  w.now += 5000;
  await a.load(a.a.keep());
  await w.show();
  await w.run(3000);
  await w.allHear(a, b);
  h.offline = false;
  await h.do(h.a.resume(w.now));
  await w.show();
  await w.run(3000);
  await w.allHear(h, a, b);
  w.sameCode(h, a, b);
});

test('a host on another device takes over', async () => {
  const [w, h, a, b] = await three();
  const again = await w.host('h2');
  await w.leave(h);
  await w.enter(again);
  await w.run(3000);
  await w.allHear(again, a, b);
  w.sameCode(again, a, b);
  assert.equal(await h.hears(a), false);
});

test('two hosts with the secret trust each other', async () => {
  const w = new World();
  const [h, h2, a, b] = [await w.host('h'), await w.host('h2'), await w.guest('a'), await w.guest('b')];
  await w.enter(h, h2);
  await w.admit(h, a);
  await w.admit(h2, b);
  await w.run(3000);
  await w.allHear(h, h2, a, b);
  w.sameCode(h, h2, a, b);
});

test('two hosts without a secret need each other\'s word', async () => {
  const [w, h, a, b] = await three(true);
  const h2 = await w.plainHost('h2');
  await w.enter(h2);
  await w.run(2000);
  assert.equal(h2.hoard.length, 0);
  await h.do(h.a.allow(w.now, [h2.seat]));
  await h2.do(h2.a.allow(w.now, [h.seat]));
  await w.run(3000);
  await w.allHear(h, h2, a, b);
  w.sameCode(h, h2, a, b);
});

test('a talk at the door is for two', async () => {
  const [w, h, a, b] = await three();
  const x = await w.guest('x');
  await w.greet(h, x);
  await w.run(1000);
  await w.allHear(h, x);
  w.sameCode(h, x);
  await w.allHear(a, b);
  for (const n of [a, b]) for (const m of [h, x]) assert.ok(!(await n.hears(m)) && !(await m.hears(n)));
  await w.greetEnd(h);
  await w.run(2000);
  await w.allHear(h, a, b);
  assert.equal(await x.hears(h), false);
  await w.admit(h, x);
  await w.run(2000);
  await w.allHear(h, a, b, x);
  w.sameCode(h, a, b, x);
});

test('join while rotating', async () => {
  const [w, h, a, b] = await three();
  await w.leave(a);
  await w.run(7); // keys are under way
  const x = await w.guest('x');
  await w.admit(h, x);
  await w.run(3000);
  await w.allHear(h, b, x);
  w.sameCode(h, b, x);
});

test('lost messages are sent again', async () => {
  for (const lost of [0, 3, 6, 9]) {
    const w = new World();
    let count = 0;
    w.tamper = (_from, _to, box) => (count++ % 12 === lost ? null : box);
    const [h, a, b] = [await w.host('h'), await w.guest('a'), await w.guest('b')];
    await w.enter(h);
    await w.admit(h, a, b);
    await w.run(40000);
    await w.allHear(h, a, b);
    w.sameCode(h, a, b);
  }
});

test('old keys serve what is under way, and no longer', async () => {
  const [w, h, a, b] = await three();
  const [late, tooLate] = /** @type {Uint8Array<ArrayBuffer>[]} */ ([await h.sealer.seal(kinds.audio, utf8('late')), await h.sealer.seal(kinds.audio, utf8('too late'))]);
  await w.leave(b);
  await w.run(1500);
  assert.ok(late && (await a.opener.open(h.seat, kinds.audio, late)).ok);
  await w.run(3000);
  assert.ok(tooLate && !(await a.opener.open(h.seat, kinds.audio, tooLate)).ok);
});

test('a host sends somebody out whatever the gateway does', async () => {
  const [w, h, a, b] = await three();
  await h.do(h.a.deny(w.now, a.seat));
  await w.run(3000);
  for (const n of [h, b]) assert.ok(!(await a.hears(n)) && !(await n.hears(a)));
  await w.allHear(h, b);
  w.sameCode(h, b);
});

test('that nothing needs encryption is the host\'s word, and links with a secret know better', async () => {
  for (const plain of [true, false]) {
    const [w, h, a] = await three(plain);
    await h.do(h.a.permitClear(w.now, true));
    await w.run(1000);
    assert.equal(a.a.status().clear, plain);
  }
});
