/** What follows from the state. Pure. */

/** @typedef {import('./initial.js').State} State */
/** @typedef {import('../types.js').Person} Person */
/** @typedef {import('../types.js').AtDoor} AtDoor */

/**
 * @typedef {'loading' | 'paste' | 'too_early' | 'welcome' | 'check' | 'refused' | 'connecting'
 *   | 'waiting' | 'knocking' | 'greeted' | 'in' | 'paused' | 'held' | 'declined'} Phase
 */

/** @param {State} s @returns {Phase} */
export function phaseOf(s) {
  if (s.page === 'welcome' && tooEarly(s)) return 'too_early';
  if (s.page !== 'live') return s.page;
  if (!s.view) return 'connecting';
  if (s.view.me.phase === 'in' && s.view.room?.paused && s.role === 'guest') return 'paused';
  return s.view.me.phase;
}

/** Whether a host's own pause is why the room is paused. @param {State} s */
export const onBreak = (s) => s.view?.room?.paused_by_host === true;

/** Whether what this person writes can go to the hosts alone. @param {State} s */
export const onlyToHost = (s) => s.role === 'guest' && (s.view?.room?.chat === false || onBreak(s));

/** Guests are not let in before the hour. @param {State} s */
export const tooEarly = (s) => s.role === 'guest' && s.preview !== null && s.clock.now < Date.parse(s.preview.opens);

/** Whether this page is connecting again, to the session or to its pictures and sound. @param {State} s */
export const reconnecting = (s) => signallingLost(s) || (s.page === 'live' && s.media === 'lost');

/** @param {State} s */
const signallingLost = (s) => s.page === 'live' && s.view !== null && s.socket !== 'open' && s.lostAt > 0;

/** A short gap is nobody's trouble, and while people see and hear each other it stays a line above them. @param {State} s */
export const longGone = (s) => signallingLost(s) && s.media !== 'connected' && s.clock.now - s.lostAt > 8000;

/** @param {State} s @returns {Person | undefined} */
export const myself = (s) => s.view?.people?.find((p) => p.seat === s.view?.me.seat);

/** The person at the door this host speaks with now. @param {State} s @returns {AtDoor | undefined} */
export function guestAtDoor(s) {
  if (!myself(s)?.at_door) return undefined;
  const greeted = s.view?.door?.filter((d) => d.phase === 'greeted') ?? [];
  return greeted.find((d) => d.seat === s.greeting) ?? greeted.find((d) => slotOf(s, d.seat, 'audio')) ?? greeted[0];
}

/**
 * @typedef {object} Tile
 * @property {string} key
 * @property {string} seat
 * @property {string} label
 * @property {'camera' | 'screen'} kind
 * @property {boolean} mine
 * @property {string} mid where it arrives; '' when no picture does
 * @property {boolean} speaking
 * @property {Person | null} person
 */

/** Everybody who is to be seen, in an order that does not jump. @param {State} s @returns {Tile[]} */
export function tilesOf(s) {
  const me = s.view?.me;
  const visitor = guestAtDoor(s);
  if (!me) return [];
  if (visitor) return [cameraTile(s, visitor.seat, visitor.label, null), cameraTile(s, me.seat, me.label, myself(s) ?? null)];
  const people = s.view?.people ?? [];
  const others = people.filter((p) => p.seat !== me.seat);
  const screens = people.filter((p) => p.screen && p.seat !== me.seat && slotOf(s, p.seat, 'screen'));
  return [
    ...screens.map((p) => screenTile(s, p)),
    ...others.map((p) => cameraTile(s, p.seat, p.label, p)),
    cameraTile(s, me.seat, me.label, myself(s) ?? null),
  ];
}

/** @param {State} s @param {string} seat @param {string} label @param {Person | null} person @returns {Tile} */
function cameraTile(s, seat, label, person) {
  const mine = seat === s.view?.me.seat;
  const mid = mine || person?.camera === false || person?.stopped || keyless(s, seat) ? '' : (slotOf(s, seat, 'camera')?.mid ?? '');
  return { key: `camera-${seat}`, seat, label, kind: 'camera', mine, mid, person, speaking: s.speakers.includes(seat) };
}

/** Whether nothing of this seat can be decrypted: then its place is not left black. @param {State} s @param {string} seat */
const keyless = (s, seat) => s.safety.mode === 'sealed' && (s.safety.people[seat]?.standing ?? 'ready') !== 'ready';

/** @param {State} s @param {Person} p @returns {Tile} */
function screenTile(s, p) {
  return { key: `screen-${p.seat}`, seat: p.seat, label: p.label, kind: 'screen', mine: false, mid: slotOf(s, p.seat, 'screen')?.mid ?? '', person: p, speaking: false };
}

/** @param {State} s @param {string} seat @param {import('../types.js').SlotKind} kind */
export const slotOf = (s, seat, kind) => s.slots.slots.find((slot) => slot.seat === seat && slot.kind === kind);

/** Everybody in the room: hosts first, then in the order they came. @param {State} s */
export const peopleOf = (s) => [...(s.view?.people ?? [])].sort((a, b) => Number(b.role === 'host') - Number(a.role === 'host'));

/** Who is at the door now, those who wait longest first. @param {State} s @returns {AtDoor[]} */
export const atDoor = (s) => [...(s.view?.door ?? [])].sort((a, b) => Date.parse(a.since) - Date.parse(b.since));

/** @param {State} s */
export const canShareScreen = (s) =>
  s.browser.canShare && s.view?.me.phase === 'in' && (s.view.room?.screen_share !== 'hosts' || s.role === 'host');

/** What this client sends, as the protocol's `media` says it. @param {State} s */
export const sending = (s) => ({ mic: s.own.mic === 'on', camera: s.own.camera === 'on', screen: s.own.screen });
