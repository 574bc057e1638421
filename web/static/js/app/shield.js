/**
 * End-to-end encryption of one seat: joins the agreement (who gets keys), the
 * worker (what every frame goes through) and the websocket (which carries both
 * unread). See docs/e2ee.md.
 */
import { Agreement } from '../e2ee/agreement.js';
import { circleOf } from '../e2ee/roster.js';
import { howToEncrypt, newWorker } from '../e2ee/support.js';
import { base64, unbase64 } from '../e2ee/wire.js';

/** @typedef {import('../e2ee/agreement.js').Output} Output */
/** @typedef {import('../e2ee/frames.js').SlotKind} SlotKind */
/** @typedef {import('../types.js').View} View */

/** The most boxes in one message (PROTOCOL.md §5.3), with room for their length. */
const mostBoxes = 32;

/**
 * @typedef {object} ShieldOptions
 * @property {string} session
 * @property {'guest' | 'host'} role
 * @property {import('../identity/seat.js').SeatKey} key
 * @property {import('../identity/keep.js').LinkKept} link
 * @property {(message: import('../types.js').ClientMessage) => void} send
 * @property {(safety: import('../state/initial.js').State['safety']) => void} onSafety
 * @property {(kept: import('../e2ee/status.js').Kept) => void} onKeep
 */

export class Shield {
  /** @param {ShieldOptions} options */
  constructor(options) {
    this.options = options;
    this.how = howToEncrypt();
    this.secret = options.link.secret ? unbase64(options.link.secret) : null;
    /** @type {Worker | null} */
    this.worker = this.how ? newWorker() : null;
    this.closed = false;
    /** @type {'sealed' | 'clear'} */
    this.mode = 'sealed';
    this.receivers = 0;
    this.calls = 0;
    /** @type {Map<number, (value: any) => void>} */
    this.asked = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.permitted = false;
    /** What was last told, to tell only what is new. */
    this.kept = '';
    this.shown = '';
    /** @type {View['session']['e2ee']} */
    this.policy = 'required';
    this.agreement = this.begin();
    if (this.worker) this.worker.onmessage = (e) => this.answered(e.data);
  }

  /** @returns {Promise<Agreement>} */
  async begin() {
    const { session, role, key, link } = this.options;
    const agreement = await Agreement.make({
      session, role, signKey: key.secret, key: unbase64(key.point) ?? new Uint8Array(0),
      secret: this.secret, invite: link.invite, jti: link.jti, kept: link.e2ee ?? null, now: Date.now(),
    });
    this.tell({ type: 'start', seat: agreement.seat });
    return agreement;
  }

  /** @param {import('../e2ee/worker.js').ToWorker} message @param {Transferable[]} [moved] */
  tell(message, moved = []) {
    if (!this.closed) this.worker?.postMessage(message, moved);
  }

  /** Whether frames and chat of this seat are sealed, by the newest view. */
  get sealed() {
    return this.worker !== null && this.mode === 'sealed';
  }

  /** Whether this browser cannot do what it would have to: then it is connected to nobody. */
  get blocked() {
    return this.worker === null && this.mode === 'sealed';
  }

  // The agreement

  /** @param {(a: Agreement, now: number) => Promise<Output[]>} input */
  async step(input) {
    if (this.closed) return;
    const a = await this.agreement;
    const outputs = await input(a, Date.now());
    if (this.closed) return;
    this.carryOut(outputs);
    this.wake(a);
    this.report(a);
  }

  /** @param {Output[]} outputs */
  carryOut(outputs) {
    const boxes = [];
    for (const o of outputs) {
      if (o.type === 'send') boxes.push({ seat: o.to, box: base64(o.box) });
      else this.tell(o);
    }
    for (let i = 0; i < boxes.length; i += mostBoxes) this.options.send({ type: 'keys', to: boxes.slice(i, i + mostBoxes) });
  }

  /** @param {Agreement} a */
  wake(a) {
    clearTimeout(this.timer);
    const due = a.due();
    if (due !== Infinity) this.timer = setTimeout(() => this.step((one, now) => one.tick(now)), Math.max(10, due - Date.now()));
  }

  /** @param {Agreement} a */
  report(a) {
    const { code, mismatch, clear, people } = a.status();
    if (clear !== this.permitted) {
      this.permitted = clear;
      this.decide();
    }
    this.show({ code, mismatch, people });
    const kept = a.keep();
    const text = JSON.stringify(kept);
    if (text !== this.kept) this.options.onKeep(kept);
    this.kept = text;
  }

  /** @param {View} view */
  view(view) {
    this.policy = view.session.e2ee;
    this.decide();
    if (this.mode === 'sealed' || this.policy === 'optional') this.step((a, now) => a.circle(now, circleOf(view)));
    else this.show({ code: '', mismatch: false, people: {} });
  }

  /** Only what is new. @param {Omit<import('../state/initial.js').State['safety'], 'mode' | 'blocked'>} what */
  show(what) {
    const safety = { ...what, mode: this.mode, blocked: this.blocked };
    const text = JSON.stringify(safety);
    if (text !== this.shown) this.options.onSafety(safety);
    this.shown = text;
  }

  /** A link with a secret is always encrypted, whatever the gateway says. */
  decide() {
    const clear = !this.secret && (this.policy === 'off' || (this.policy === 'optional' && this.permitted));
    const mode = clear ? 'clear' : 'sealed';
    if (mode !== this.mode) this.tell({ type: 'clear', on: clear });
    this.mode = mode;
  }

  /** @param {string} from @param {string} box */
  keys(from, box) {
    const octets = unbase64(box);
    if (octets) this.step((a, now) => a.receive(now, from, octets));
  }

  /** The websocket came back. */
  resume() {
    this.step((a, now) => a.resume(now));
  }

  /** A host's click. @param {string[]} seats @param {boolean} [unproved] */
  allow(seats, unproved = false) {
    this.step((a, now) => a.allow(now, seats, unproved));
  }

  /** @param {string} seat @param {boolean} [unproved] */
  greet(seat, unproved = false) {
    this.step((a, now) => a.greet(now, seat, unproved));
  }

  /** @param {string} seat */
  deny(seat) {
    this.step((a, now) => a.deny(now, seat));
  }

  /** @param {boolean} clear */
  permitClear(clear) {
    this.step((a, now) => a.permitClear(now, clear));
  }

  // Frames

  /** Whether frames go through the worker at all. */
  get protects() {
    return this.worker !== null && (this.secret !== null || this.policy !== 'off');
  }

  /** For the connection. @returns {RTCConfiguration} */
  get configuration() {
    return this.how === 'streams' ? /** @type {RTCConfiguration} */ ({ encodedInsertableStreams: true }) : {};
  }

  /** @param {SlotKind} kind @param {RTCRtpSender} sender */
  protectSender(kind, sender) {
    this.attach(sender, { side: 'send', kind });
  }

  /** @param {RTCRtpReceiver} receiver @returns {string} its name in `slots` */
  protectReceiver(receiver) {
    const name = String(++this.receivers);
    this.attach(receiver, { side: 'receive', receiver: name, video: receiver.track.kind === 'video' });
    return name;
  }

  /** @param {any} end a sender or receiver @param {import('../e2ee/worker.js').Side} side */
  attach(end, side) {
    if (this.how === 'script') {
      end.transform = new RTCRtpScriptTransform(/** @type {Worker} */ (this.worker), side);
    } else if (this.how === 'streams') {
      const { readable, writable } = end.createEncodedStreams();
      this.tell({ type: 'streams', readable, writable, side }, [readable, writable]);
    }
  }

  /** @param {import('../e2ee/frames.js').SlotOf[]} slots */
  slots(slots) {
    this.tell({ type: 'slots', slots });
  }

  // Chat, and what the worker answers

  /** @param {boolean} onlyHosts @param {string} text @returns {Promise<string | null>} */
  async sealText(onlyHosts, text) {
    const octets = await this.ask((id) => ({ type: 'seal', id, onlyHosts, text }));
    return octets && base64(octets);
  }

  /** @param {string} seat @param {boolean} onlyHosts @param {string} sealed @returns {Promise<string | null>} */
  async openText(seat, onlyHosts, sealed) {
    const message = unbase64(sealed);
    return message && this.ask((id) => ({ type: 'open', id, seat, onlyHosts, message }));
  }

  /** How many frames were sealed, opened and refused, and what it cost. */
  counts() {
    return this.ask((id) => ({ type: 'counts', id }));
  }

  /** @param {(id: number) => import('../e2ee/worker.js').ToWorker} message @returns {Promise<any>} */
  ask(message) {
    if (!this.worker || this.closed) return Promise.resolve(null);
    const id = ++this.calls;
    return new Promise((settle) => {
      this.asked.set(id, settle);
      this.tell(message(id));
    });
  }

  /** @param {import('../e2ee/worker.js').FromWorker} answer */
  answered({ id, value }) {
    this.asked.get(id)?.(value);
    this.asked.delete(id);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.worker?.terminate();
    for (const settle of this.asked.values()) settle(null);
    this.asked.clear();
  }
}
