import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Poll, pause } from '../../static/js/desk/app/poll.js';

/** A poll whose questions are answered, and whose clock is moved, by hand. */
function bench() {
  /** @type {{ resolve: (v: any) => void, reject: (e: any) => void }[]} */
  const asked = [];
  /** @type {any[]} */
  const heard = [];
  /** @type {{ fn: () => void, ms: number } | null} */
  let timer = null;
  const poll = new Poll({
    ask: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    answered: (v) => heard.push(v),
    failed: (e) => e !== 'final',
    later: (fn, ms) => (timer = { fn, ms }),
    cancel: () => { timer = null; },
  });
  const settle = () => new Promise((done) => setImmediate(done));
  return { poll, asked, heard, settle, timer: () => timer };
}

test('it asks at once, then again after a while', async () => {
  const b = bench();
  b.poll.start();
  b.asked[0].resolve('one');
  await b.settle();
  assert.deepEqual(b.heard, ['one']);
  assert.equal(b.timer()?.ms, 5000);
  b.timer()?.fn();
  assert.equal(b.asked.length, 2);
});

test('it asks less often while nobody answers, and as often as before afterwards', async () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(pause), [5000, 10000, 20000, 40000, 60000, 60000]);
  const b = bench();
  b.poll.start();
  b.asked[0].reject('away');
  await b.settle();
  assert.equal(b.timer()?.ms, 10000);
  b.timer()?.fn();
  b.asked[1].resolve('back');
  await b.settle();
  assert.equal(b.timer()?.ms, 5000);
});

test('what was asked before a change of ours is not heard', async () => {
  const b = bench();
  b.poll.start();
  b.poll.changed();
  b.asked[0].resolve('old');
  await b.settle();
  assert.deepEqual(b.heard, []);
  b.asked[1].resolve('new');
  await b.settle();
  assert.deepEqual(b.heard, ['new']);
});

test('a hidden page hears and asks nothing', async () => {
  const b = bench();
  b.poll.start();
  b.poll.stop();
  b.asked[0].resolve('late');
  await b.settle();
  assert.deepEqual([b.heard, b.timer()], [[], null]);
  b.poll.changed();
  assert.equal(b.asked.length, 1);
});

test('a final failure ends the asking', async () => {
  const b = bench();
  b.poll.start();
  b.asked[0].reject('final');
  await b.settle();
  assert.equal(b.timer(), null);
});
