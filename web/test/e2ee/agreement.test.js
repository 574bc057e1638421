import { test } from 'node:test';
import assert from 'node:assert/strict';
import { World } from './world.js';

for (const plain of [false, true]) {
  test(`two people, links ${plain ? 'from the API' : 'made in a browser'}`, async () => {
    const w = new World();
    const h = await (plain ? w.plainHost('h') : w.host('h'));
    const g = await (plain ? w.plainGuest('g') : w.guest('g'));
    await w.enter(h);
    await w.run(1000);
    await w.admit(h, g);
    await w.run(100);
    await w.allHear(h, g);
    w.sameCode(h, g);
    assert.equal(h.a.status().people[g.seat]?.proved, !plain);
    assert.equal(g.a.status().people[h.seat]?.proved, !plain);
  });
}

test('people who come one by one cost one rotation each', async () => {
  const w = new World();
  const h = await w.host('h');
  await w.enter(h);
  await w.run(1000);
  const all = [h];
  for (const name of ['a', 'b', 'c', 'd']) {
    const before = h.a.status().epoch;
    const g = await w.guest(name);
    await w.admit(h, g);
    await w.run(2000);
    all.push(g);
    await w.allHear(...all);
    w.sameCode(...all);
    assert.equal(h.a.status().epoch, before + 1);
  }
});

test('sixteen are let in at once, and one leaves', async (t) => {
  const w = new World();
  const h = await w.host('h');
  await w.enter(h);
  const guests = await Promise.all([...'abcdefghijklmno'].map((name) => w.guest(name)));
  await w.admit(h, ...guests);
  await w.run(2000);
  const all = [h, ...guests];
  await w.allHear(...all);
  const code = w.sameCode(...all);
  const gone = /** @type {any} */ (all.pop());
  await w.leave(gone);
  assert.equal(await gone.hears(h), false);
  await w.run(2000);
  await w.allHear(...all);
  assert.notEqual(w.sameCode(...all), code);
  for (const n of all) assert.equal(await gone.hears(n), false);
  t.diagnostic(`${w.sent} boxes, ${w.octets} octets`);
});
