/**
 * Every message of PROTOCOL.md §5, as shapes, and the strict decoding and
 * encoding of them. The tests hold these shapes to the examples there.
 */
import { ProtocolError, UnknownMessage, parseStrict } from './strict.js';
import { binary, bool, code, count, line, list, object, oneOf, opaque, text, time } from './schema.js';

/** @typedef {import('./schema.js').Check} Check */

const type = opaque;
const ref = line(32);
const pc = line(32);
const role = oneOf('guest', 'host');
const label = line(40);
const explanation = text(1000);

const e2ee = oneOf('required', 'optional', 'off');

const me = object(
  { seat: binary, label, role, phase: oneOf('waiting', 'knocking', 'greeted', 'in', 'held', 'declined') },
  { can_ask: bool },
);

const session = object(
  { id: binary, opens: time, closes: time, e2ee },
  { title: line(80), greeting: text(500), recognition: text(120), plan_b: text(1000), ground_rules: text(2000) },
);

const room = object({ locked: bool, paused: bool, chat: bool, screen_share: oneOf('everyone', 'hosts') }, { paused_by_host: bool });

const person = object({
  seat: binary, label, role, online: bool, mic: bool, camera: bool, screen: bool,
  hand: bool, muted: bool, stopped: bool, at_door: bool, e2ee: bool,
});

const atDoor = object({
  seat: binary, invite: binary, label, since: time, online: bool,
  phase: oneOf('waiting', 'knocking', 'greeted', 'held', 'declined'),
});

const inviteState = oneOf('expected', 'waiting', 'in', 'held', 'left', 'declined', 'removed', 'withdrawn', 'suspended');
const entry = object({ invite: binary, label, role, state: inviteState });
const notice = object({ id: count, code, label, at: time, count });
const lineOf = oneOf('good', 'reduced', 'sound');
const shown = object({ seat: binary, kind: oneOf('camera', 'screen'), height: count });
const slot = object({ mid: line(32), seat: binary, kind: oneOf('audio', 'camera', 'screen') });

/** @type {Record<string, Check>} */
const fromServer = {
  challenge: object({ type, nonce: binary }, { beat: count }),
  view: object(
    { type, rev: count, now: time, me, session, media: bool },
    { pc, message: text(300), room, people: list(person), door: list(atDoor), register: list(entry), notices: list(notice) },
  ),
  beat: object({ type }),
  ok: object({ type, ref }),
  error: object({ type, code, message: explanation }, { ref, retry_at: time }),
  answer: object({ type, pc, sdp: opaque }),
  slots: object({ type, pc, slots: list(slot) }, { wanted: object({ audio: count, video: count }) }),
  layers: object({ type, pc, camera: count, screen: count }),
  quality: object({ type, pc, down: lineOf, up: lineOf, weak: list(binary) }),
  turn: object({ type, urls: list(line(300)), username: line(128), credential: line(128), expires: time }),
  speakers: object({ type, seats: list(binary) }),
  chat: object({ type, from: binary, private: bool, at: time }, { text: text(2000), sealed: binary }),
  keys: object({ type, from: binary, box: binary }),
  bye: object({ type, code, message: explanation }, { retry_at: time }),
};

/**
 * @param {Record<string, Check>} [members]
 * @param {Record<string, Check>} [optional]
 */
const command = (members = {}, optional = {}) => object({ type, ...members }, { ref, ...optional });

/** @type {Record<string, Check>} */
const fromClient = {
  resume: command({ session: binary, key: binary, signature: binary }),
  offer: command({ pc, sdp: opaque }),
  media: command({ mic: bool, camera: bool, screen: bool }),
  hand: command({ up: bool }),
  chat: command({}, { text: text(2000), sealed: binary, private: bool }),
  watch: command({ shown: list(shown) }),
  keys: command({ to: list(object({ seat: binary, box: binary })) }),
  ask: command(),
  leave: command(),
  greet: command({ seat: binary }),
  greet_end: command(),
  admit: command({ seat: binary }),
  admit_all: command(),
  decline: command({ seat: binary }, { message: text(300) }),
  hold: command({ seat: binary }, { message: text(300) }),
  remove: command({ seat: binary }),
  mute: command({ seat: binary, audio: bool, video: bool }),
  lock: command(),
  unlock: command(),
  pause: command(),
  continue: command(),
  say_to_waiting: command({ text: text(300) }),
  end: command(),
};

/** A websocket message is at most 64 KiB. */
const maxMessage = 64 * 1024;

/**
 * Members that it does not know are let pass, but for tests.
 * @param {string} raw
 * @param {boolean} [tolerant]
 * @returns {import('../types.js').ServerMessage}
 */
export function decodeServer(raw, tolerant = true) {
  return /** @type {any} */ (decode(fromServer, raw, tolerant));
}

/**
 * @param {string} raw
 * @returns {import('../types.js').ClientMessage}
 */
export function decodeClient(raw) {
  return /** @type {any} */ (decode(fromClient, raw, false));
}

/**
 * Refuses to send what the server would refuse to read.
 * @param {import('../types.js').ClientMessage} message
 */
export function encodeClient(message) {
  check(fromClient, message, false);
  const text = JSON.stringify(message);
  if (new TextEncoder().encode(text).length > maxMessage) throw new ProtocolError('too large');
  return text;
}

/**
 * @param {Record<string, Check>} shapes
 * @param {string} raw
 * @param {boolean} tolerant
 */
function decode(shapes, raw, tolerant) {
  const value = parseStrict(raw);
  check(shapes, value, tolerant);
  return value;
}

/**
 * @param {Record<string, Check>} shapes
 * @param {any} value
 * @param {boolean} tolerant
 */
function check(shapes, value, tolerant) {
  const name = value?.type;
  if (typeof name !== 'string') throw new ProtocolError('no type');
  if (!Object.hasOwn(shapes, name)) throw new UnknownMessage('unknown type');
  shapes[name](value, name, tolerant);
}
