import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Socket } from '../static/js/protocol/socket.js';
import { Backoff } from '../static/js/protocol/backoff.js';

/** A websocket whose other end is the test. */
class Wire {
  static made = [];
  readyState = 1;
  sent = [];
  closed = false;
  constructor(url, protocol) { Object.assign(this, { url, protocol }); Wire.made.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; this.readyState = 3; }
  says(message) { this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) }); }
}

/** Timers that the test lets run out. */
class Clock {
  timers = new Map();
  next = 0;
  set = (f, ms) => { this.timers.set(++this.next, { f, ms }); return this.next; };
  clear = (id) => { this.timers.delete(id); };
  fire(pick = () => true) {
    for (const [id, { f, ms }] of [...this.timers]) if (pick(ms)) { this.timers.delete(id); f(); }
  }
}

// The protocol's own example, so that this test does not have to know every member.
const protocol = readFileSync(new URL('../../signaling/PROTOCOL.md', import.meta.url), 'utf8');
const view = JSON.parse(/```json example server view\n([\s\S]*?)```/.exec(protocol)?.[1] ?? '');

function open() {
  Wire.made = [];
  const clock = new Clock();
  const seen = { states: [], messages: [], byes: [] };
  const socket = new Socket({
    url: 'wss://hello.example/v1/ws', session: 'abcd', key: 'BHkA', sign: async (nonce) => `${nonce}${nonce}`, WebSocket: Wire, timers: clock, backoff: new Backoff(() => 1),
    onMessage: (m) => seen.messages.push(m), onState: (s) => seen.states.push(s), onBye: (code) => seen.byes.push(code),
  });
  socket.connect();
  return { socket, clock, seen, wire: () => Wire.made.at(-1) };
}

test('opens with a signed challenge, and is open with the first view', async () => {
  const { seen, wire } = open();
  assert.equal(wire().protocol, 'anteroom.v1');
  wire().says({ type: 'challenge', nonce: 'Jr5Q' });
  await new Promise(setImmediate);
  assert.deepEqual(wire().sent, [{ type: 'resume', session: 'abcd', key: 'BHkA', signature: 'Jr5QJr5Q' }]);
  assert.deepEqual(seen.states, ['connecting']);
  wire().says(view);
  assert.deepEqual(seen.states, ['connecting', 'open']);
  assert.equal(seen.messages.length, 1);
});

test('every command is answered once: by ok, by error, or by the loss of the connection', async () => {
  const { socket, wire } = open();
  assert.equal((await socket.ask({ type: 'lock' }))?.code, 'unreachable');
  wire().says(view);
  const [a, b, c] = [socket.ask({ type: 'lock' }), socket.ask({ type: 'unlock' }), socket.ask({ type: 'end' })];
  const [ra, rb] = wire().sent.map((m) => m.ref);
  wire().says({ type: 'ok', ref: ra });
  wire().says({ type: 'error', ref: rb, code: 'not_allowed', message: 'No.' });
  wire().onclose();
  assert.equal(await a, null);
  assert.equal((await b).code, 'not_allowed');
  assert.equal((await c).code, 'unreachable');
});

test('a command that is not answered shows that the connection is dead', async () => {
  const { socket, clock, wire } = open();
  wire().says(view);
  const asked = socket.ask({ type: 'lock' });
  const first = wire();
  clock.fire();
  assert.ok(first.closed);
  assert.notEqual(wire(), first);
  assert.equal((await asked)?.code, 'unreachable');
});

test('comes back with a growing delay, and starts anew after success', () => {
  const { clock, seen, wire } = open();
  const delays = [];
  for (let i = 0; i < 6; i++) {
    wire().onclose();
    delays.push([...clock.timers.values()][0].ms);
    clock.fire();
  }
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 8000]);
  wire().says(view);
  wire().onclose();
  assert.equal([...clock.timers.values()][0].ms, 500);
  assert.equal(seen.byes.length, 0);
});

test('a server that says nothing is given up and tried again', () => {
  const { clock, seen, wire } = open();
  const first = wire();
  clock.fire((ms) => ms > 8000);
  assert.ok(first.closed);
  assert.equal(seen.states.at(-1), 'lost');
});

/** Lets the two halves of the silence pass. */
function hush(clock) {
  const quiet = (ms) => ms === 2500;
  clock.fire(quiet);
  clock.fire(quiet);
}

test('a server whose beat stops is gone, and any message is a sign of life', () => {
  const { clock, seen, wire } = open();
  wire().says(view);
  hush(clock); // a server that has never promised one
  assert.equal(seen.states.at(-1), 'open');
  wire().says({ type: 'challenge', nonce: 'Jr5Q', beat: 2 });
  wire().says({ type: 'beat' });
  clock.fire((ms) => ms === 2500);
  wire().says({ type: 'speakers', seats: [] });
  clock.fire((ms) => ms === 2500);
  assert.equal(seen.states.at(-1), 'open');
  const first = wire();
  clock.fire((ms) => ms === 2500);
  assert.ok(first.closed);
  assert.equal(seen.states.at(-1), 'lost');
  assert.deepEqual(seen.messages.map((m) => m.type), ['view', 'speakers']);
});

test('while the server says that it lives, the first view may take its time; without a first word it may not', () => {
  const { clock, seen, wire } = open();
  clock.fire((ms) => ms === 5000);
  assert.equal(seen.states.at(-1), 'lost');
  clock.fire((ms) => ms <= 500);
  wire().says({ type: 'challenge', nonce: 'Jr5Q', beat: 2 });
  wire().says({ type: 'beat' });
  assert.deepEqual([...clock.timers.values()].map((t) => t.ms).sort(), [12000, 2500]);
  assert.equal(seen.states.at(-1), 'connecting');
});

test('some byes are for good, others are not', () => {
  for (const code of ['left', 'ended', 'removed', 'replaced', 'link_withdrawn', 'not_found']) {
    const { clock, seen, wire } = open();
    wire().says({ type: 'bye', code, message: '' });
    assert.deepEqual(seen.byes, [code]);
    assert.equal(clock.timers.size, 0, code);
  }
  for (const code of ['restarting', 'unavailable', 'signature_invalid']) {
    const { clock, seen, wire } = open();
    wire().says({ type: 'bye', code, message: '' });
    assert.deepEqual(seen.byes, []);
    clock.fire();
    assert.equal(Wire.made.length, 2, code);
  }
});

test('messages of a connection that was replaced are not heard', () => {
  const { socket, seen, wire } = open();
  const old = wire();
  const handler = old.onmessage;
  socket.connect();
  handler({ data: JSON.stringify(view) });
  assert.equal(seen.messages.length, 0);
});

test('messages of a newer server are passed over, and members it does not know too', () => {
  const { seen, wire } = open();
  wire().says(view);
  wire().says({ type: 'weather', sky: 'blue' });
  wire().says({ type: 'speakers', seats: [], since: 'now' });
  assert.deepEqual(seen.messages.map((m) => m.type), ['view', 'speakers']);
  assert.deepEqual(seen.states, ['connecting', 'open']);
});

test('a server that cannot be understood makes the page out of date, after a few attempts', () => {
  const { clock, seen, wire } = open();
  for (let i = 0; i < 3; i++) {
    wire().says('{"type":"view","new":1}');
    clock.fire();
  }
  assert.deepEqual(seen.byes, ['outdated']);
});
