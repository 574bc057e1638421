/**
 * From the seat on: one websocket, at most one media connection, and the rule
 * that joins them: a connection is wanted exactly while `view.media` is true.
 */
import { Socket } from '../protocol/socket.js';
import { toBase64url } from '../protocol/bytes.js';
import { Peer } from '../media/peer.js';
import { judge, read } from '../media/quality.js';
import { Watcher } from '../media/watch.js';
import { Shield } from './shield.js';
import { sending } from '../state/select.js';

/** How often the quality of the connection is looked at, in milliseconds. */
const qualityTime = 3000;

/**
 * @typedef {object} LiveOptions
 * @property {import('./store.js').Store} store
 * @property {import('./media.js').MediaDesk} media
 * @property {import('../identity/seat.js').SeatKey} key
 * @property {string} session
 * @property {import('../types.js').Role} role
 * @property {import('../identity/keep.js').LinkKept} link
 * @property {(e2ee: import('../e2ee/status.js').Kept) => void} onKeep
 * @property {(code: string) => void} onBye
 */

export class Live {
  /** @param {LiveOptions} options */
  constructor(options) {
    const { store, key, session, role, link, onKeep } = options;
    this.store = store;
    this.media = options.media;
    /** @type {Peer | null} */
    this.peer = null;
    this.closed = false;
    /** Attempts at a media connection since the last that worked. */
    this.failures = 0;
    /** Whether the next view is the first of a websocket. */
    this.fresh = false;
    /** The gateway's TURN server, with the newest credentials. @type {RTCIceServer | null} */
    this.turn = null;
    /** Whether the network lets us through only there. */
    this.detour = false;
    /** What the gateway was last told that we send. */
    this.told = '';
    this.socket = new Socket({
      url: `${location.origin.replace(/^http/, 'ws')}/v1/ws`,
      session,
      key: key.point,
      sign: (nonce) => key.signResume(location.origin, session, nonce),
      onMessage: (message) => this.receive(message),
      onState: (state) => this.connection(state),
      onBye: (code) => options.onBye(code),
    });
    this.shield = new Shield({
      session, role, key, link, onKeep,
      send: (message) => this.socket.send(message),
      onSafety: (safety) => this.protect(safety),
    });
    /** Chat messages are shown in their order. @type {Promise<void>} */
    this.chat = Promise.resolve();
    this.quality = setInterval(() => this.measure(), qualityTime);
    /** @type {import('../media/quality.js').Sample | null} */
    this.sample = null;
    this.watcher = this.media.watcher = new Watcher({
      slots: () => (this.peer && store.state.slots.pc === this.peer.id ? store.state.slots.slots : []),
      send: (shown) => this.socket.open && this.socket.send({ type: 'watch', shown }),
    });
    this.unlisten = store.listen(() => { this.tellSending(); this.watcher.soon(); });
  }

  start() {
    this.socket.connect();
  }

  /** @param {import('../state/initial.js').State['socket']} state */
  connection(state) {
    this.store.dispatch({ type: 'socket', state });
    if (state === 'open') this.fresh = true;
    else this.told = '';
  }

  /** @param {import('../types.js').ServerMessage} message */
  receive(message) {
    if (message.type === 'answer') {
      if (message.pc === this.peer?.id) this.peer.answer(message.sdp);
      return;
    }
    if (message.type === 'turn') {
      this.turn = { urls: message.urls, username: message.username, credential: message.credential };
      return;
    }
    if (message.type === 'keys') return this.shield.keys(message.from, message.box);
    if (message.type === 'chat') return this.read(message);
    if ((message.type === 'layers' || message.type === 'quality') && message.pc !== this.peer?.id) return;
    if (message.type === 'layers') return this.peer?.layers.want(message);
    this.store.dispatch({ type: 'message', message });
    if (message.type === 'view') this.look(message);
    if (message.type === 'slots') this.assign(message);
  }

  /** @param {import('../types.js').View} view */
  look(view) {
    if (this.fresh) {
      this.shield.resume();
      this.watcher.forget();
    }
    this.shield.view(view);
    this.reconcile();
  }

  /** @param {import('../state/initial.js').State['safety']} safety */
  protect(safety) {
    const was = this.store.state.safety.blocked;
    this.store.dispatch({ type: 'safety', safety });
    if (was !== safety.blocked) this.reconcile();
  }

  /** Where messages are sealed, one that is not comes from nobody in the room. @param {import('../types.js').ChatMessage} message */
  read(message) {
    this.chat = this.chat.then(async () => {
      const sealed = message.sealed !== undefined;
      const text = sealed ? await this.shield.openText(message.from, message.private, message.sealed ?? '') : message.text;
      if (this.closed) return;
      if (typeof text !== 'string' || sealed !== this.shield.sealed) return this.store.dispatch({ type: 'failed', code: 'chat_sealed' });
      this.store.dispatch({ type: 'message', message: { type: 'chat', from: message.from, private: message.private, at: message.at, text } });
    });
  }

  /** @param {boolean} onlyHosts @param {string} text @returns {Promise<import('../types.js').ClientMessage | null>} null: there is no key to seal it with */
  async written(onlyHosts, text) {
    if (!this.shield.sealed) return { type: 'chat', text, private: onlyHosts };
    const sealed = await this.shield.sealText(onlyHosts, text);
    return sealed ? { type: 'chat', sealed, private: onlyHosts } : null;
  }

  /** Makes the media connection what the newest view says. */
  reconcile() {
    const view = this.store.state.view;
    if (!view || this.closed) return;
    if (this.peer?.started && (!view.media || (this.fresh && view.pc !== this.peer.id))) this.dropPeer();
    this.fresh = false;
    if (view.me.phase === 'declined' || this.shield.blocked) return this.dropPeer();
    this.peer ??= this.makePeer();
    if (view.media && !this.peer.started) {
      this.store.dispatch({ type: 'media', state: 'connecting' });
      this.peer.start();
    }
    if (view.media) this.peer.kick();
    this.media.playVoices();
    this.tellSending();
  }

  makePeer() {
    const peer = new Peer({
      id: toBase64url(crypto.getRandomValues(new Uint8Array(9))),
      video: !this.store.state.low,
      protect: this.shield.protects ? this.shield : null,
      tracks: { ...this.media.own.tracks },
      turn: () => this.turn,
      detour: this.detour,
      offer: (sdp) => this.socket.ask({ type: 'offer', pc: peer.id, sdp }),
      onState: (state) => this.mediaState(peer, state),
      onRefused: () => this.later(() => this.peer === peer && peer.kick()),
      onDead: () => this.replacePeer(peer),
    });
    this.media.peer = peer;
    this.sample = null;
    return peer;
  }

  /** @param {Peer} peer @param {'connected' | 'lost'} state */
  mediaState(peer, state) {
    if (this.peer !== peer) return;
    if (state === 'connected') {
      this.failures = 0;
      this.detour = peer.detour;
    }
    this.store.dispatch({ type: 'media', state });
  }

  /** A connection that does not recover gives way to a new one; slower each time. @param {Peer} dead */
  replacePeer(dead) {
    if (this.peer !== dead) return;
    this.dropPeer();
    this.store.dispatch({ type: 'media', state: 'lost' });
    this.later(() => this.reconcile());
  }

  /** Slower each time, until a connection has come about. @param {() => void} what */
  later(what) {
    setTimeout(() => !this.closed && what(), Math.min(8000, 250 * 2 ** this.failures));
    this.failures = Math.min(this.failures + 1, 10);
  }

  dropPeer() {
    this.peer?.close();
    this.peer = this.media.peer = null;
    this.media.playVoices();
    this.store.dispatch({ type: 'media', state: 'none' });
  }

  /** With or without pictures of others: that is another connection. @param {boolean} on */
  setLow(on) {
    this.store.dispatch({ type: 'low', on });
    this.dropPeer();
    this.reconcile();
  }

  /** @param {import('../types.js').SlotsMessage} message */
  assign(message) {
    if (message.pc !== this.peer?.id) return;
    if (message.wanted) this.peer.grow(message.wanted);
    this.shield.slots(this.peer.named(message.slots));
    this.media.playVoices();
  }

  /** Tells the gateway what we send, whenever that differs from what it knows. */
  tellSending() {
    const s = this.store.state;
    const phase = s.view?.me.phase;
    if (this.closed || (phase !== 'in' && phase !== 'greeted')) {
      this.told = '';
      return;
    }
    const now = sending(s);
    const told = `${phase} ${JSON.stringify(now)}`;
    if (told !== this.told && this.socket.send({ type: 'media', ...now })) this.told = told;
  }

  async measure() {
    const peer = this.peer;
    if (!peer?.started || this.store.state.media !== 'connected') return;
    const sample = await read(peer.pc);
    if (this.peer !== peer) return;
    this.store.dispatch({ type: 'quality', quality: judge(this.sample, sample) });
    this.sample = sample;
  }

  /** The device is back online or awake: do not wait for the next attempt. @param {boolean} network */
  wake(network) {
    if (this.closed) return;
    if (network || !this.socket.open) this.socket.connect();
    if (network) this.peer?.restart();
  }

  close() {
    this.closed = true;
    this.unlisten();
    this.watcher.close();
    this.media.watcher = null;
    clearInterval(this.quality);
    this.socket.close();
    this.dropPeer();
    this.shield.close();
  }
}
