/**
 * The websocket of a seat: opens with a signed challenge, comes back by
 * itself, and says when it is gone for good. Knows neither page nor media.
 */
import { decodeServer, encodeClient } from './messages.js';
import { ProtocolError, UnknownMessage } from './strict.js';
import { Backoff } from './backoff.js';

/** @typedef {import('../types.js').ServerMessage} ServerMessage */
/** @typedef {import('../types.js').ClientMessage} ClientMessage */

/**
 * @typedef {object} SocketOptions
 * @property {string} url
 * @property {string} session
 * @property {string} key the seat's public key, base64url
 * @property {(nonce: string) => Promise<string>} sign signs the challenge
 * @property {(message: ServerMessage) => void} onMessage everything but challenge, ok and the bye
 * @property {(state: 'connecting' | 'open' | 'lost') => void} onState
 * @property {(code: string, message: string) => void} onBye this connection will not come back
 * @property {{ new (url: string, protocol: string): WebSocket }} [WebSocket]
 * @property {{ set: (f: () => void, ms: number) => any, clear: (id: any) => void }} [timers]
 * @property {Backoff} [backoff]
 */

/** Byes after which the seat is still good: connect again. */
const passing = new Set(['restarting', 'unavailable', 'rate_limited', 'signature_invalid', 'too_large', 'bad_request']);

/** How long the server may take from the first octet to the first view, in milliseconds. */
const openingTime = 12_000;

/** How long the first octet may take, in milliseconds: doubled with each attempt, for the slowest networks. */
const greetingTime = 5000;

/**
 * A server that has promised to say something every two seconds, and has not for this long twice in a row, is
 * gone, in milliseconds. Twice, because a page that was put to sleep wakes up with its timers before its messages.
 */
const quietTime = 2500;

/** How long the server may take to say ok or error, in milliseconds. */
const answerTime = 10_000;

/** Undecodable messages in a row after which the page itself must be out of date. */
const tolerance = 3;

export class Socket {
  /** @param {SocketOptions} options */
  constructor(options) {
    this.options = options;
    this.backoff = options.backoff ?? new Backoff();
    this.timers = options.timers ?? { set: (f, ms) => setTimeout(f, ms), clear: (id) => clearTimeout(id) };
    /** @type {WebSocket | null} */
    this.ws = null;
    /** @type {Map<string, (failure: { code: string, message: string } | null) => void>} */
    this.pending = new Map();
    this.refs = 0;
    this.faults = 0;
    this.open = false;
    this.beats = false;
    /** @type {any} */
    this.watch = null;
    this.done = false;
    /** @type {any} */
    this.timer = null;
  }

  /** Connects now, whatever was going on: a newer connection replaces the older one. */
  connect() {
    if (this.done) return;
    this.drop();
    this.options.onState('connecting');
    const ws = new (this.options.WebSocket ?? WebSocket)(this.options.url, 'anteroom.v1');
    this.ws = ws;
    ws.onmessage = (e) => this.receive(ws, e.data);
    ws.onclose = () => this.ws === ws && this.lost();
    this.timer = this.timers.set(() => this.lost(), openingTime);
    const patience = Math.min(openingTime, greetingTime * 2 ** this.backoff.attempts);
    this.watch = this.timers.set(() => this.lost(), patience);
  }

  /**
   * Sends a command and settles when the server has answered it.
   * @param {ClientMessage} message
   * @returns {Promise<{ code: string, message: string } | null>} null when it was done
   */
  ask(message) {
    const ref = String(++this.refs);
    return new Promise((settle) => {
      if (!this.send({ ...message, ref })) return settle({ code: 'unreachable', message: '' });
      const timer = this.timers.set(() => this.silent(ref), answerTime);
      this.pending.set(ref, (failure) => {
        this.timers.clear(timer);
        settle(failure);
      });
    });
  }

  /** A connection that does not answer is dead, whatever the browser believes. @param {string} ref */
  silent(ref) {
    if (this.pending.has(ref)) this.connect();
  }

  /**
   * Sends a message that nobody waits for.
   * @param {ClientMessage} message
   * @returns {boolean} whether it went out
   */
  send(message) {
    if (!this.open || this.ws?.readyState !== 1) return false;
    this.ws.send(encodeClient(message));
    return true;
  }

  /** Ends the connection for good. */
  close() {
    this.done = true;
    this.drop();
  }

  /** @param {WebSocket} ws @param {unknown} data */
  receive(ws, data) {
    if (this.ws !== ws) return;
    this.listen();
    try {
      if (typeof data !== 'string') throw new ProtocolError('binary message');
      this.handle(ws, decodeServer(data));
      this.faults = 0;
    } catch (e) {
      if (e instanceof UnknownMessage) return;
      if (!(e instanceof ProtocolError)) throw e;
      this.fault();
    }
  }

  /** Begins to count the server's silence anew. */
  listen() {
    this.timers.clear(this.watch);
    if (!this.beats) return;
    this.watch = this.timers.set(() => {
      this.watch = this.timers.set(() => this.lost(), quietTime);
    }, quietTime);
  }

  /** @param {WebSocket} ws @param {ServerMessage} message */
  handle(ws, message) {
    switch (message.type) {
      case 'challenge':
        this.beats = message.beat !== undefined;
        this.listen();
        this.answer(ws, message.nonce);
        return;
      case 'beat':
        return;
      case 'ok':
        this.settle(message.ref, null);
        return;
      case 'bye':
        this.bye(message.code, message.message);
        return;
      case 'error':
        if (message.ref !== undefined) this.settle(message.ref, message);
        else this.options.onMessage(message);
        return;
      case 'view':
        if (!this.open) this.opened();
    }
    this.options.onMessage(message);
  }

  /** @param {WebSocket} ws @param {string} nonce */
  async answer(ws, nonce) {
    const { session, key } = this.options;
    const signature = await this.options.sign(nonce);
    if (this.ws === ws && ws.readyState === 1) ws.send(encodeClient({ type: 'resume', session, key, signature }));
  }

  opened() {
    this.timers.clear(this.timer);
    this.open = true;
    this.backoff.reset();
    this.options.onState('open');
  }

  /** @param {string} ref @param {{ code: string, message: string } | null} failure */
  settle(ref, failure) {
    this.pending.get(ref)?.(failure);
    this.pending.delete(ref);
  }

  /** @param {string} code @param {string} message */
  bye(code, message) {
    if (passing.has(code)) return this.lost();
    this.close();
    this.options.onBye(code, message);
  }

  /** A page that cannot read its server is older or newer than it: only a reload helps. */
  fault() {
    this.faults += 1;
    if (this.faults < tolerance) return this.lost();
    this.close();
    this.options.onBye('outdated', '');
  }

  lost() {
    if (this.done) return;
    this.drop();
    this.options.onState('lost');
    this.timer = this.timers.set(() => this.connect(), this.backoff.next());
  }

  drop() {
    this.timers.clear(this.timer);
    this.timers.clear(this.watch);
    this.open = this.beats = false;
    const ws = this.ws;
    this.ws = null;
    if (ws) {
      ws.onmessage = ws.onclose = null;
      ws.close();
    }
    for (const settle of this.pending.values()) settle({ code: 'unreachable', message: '' });
    this.pending.clear();
  }
}
