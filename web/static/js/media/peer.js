/**
 * The one media connection of this browser. We alone make offers, one at a
 * time; the gateway answers. Who is heard and seen on which section is said by
 * `slots`, without negotiation.
 */
import { Layers } from './layers.js';
import { cameraLayers, firstSections, missingSections, preferCommonCodecs, screenLayers, withoutAddresses } from './sdp.js';

/** How long an answer, the direct way, and a lost or restarted connection may take, in milliseconds. */
const answerTime = 8000;
const directTime = 2000;
const lostTime = 3000;
const restartTime = 8000;

/**
 * @typedef {object} PeerOptions
 * @property {string} id the `pc` of the protocol
 * @property {boolean} video whether pictures of others are wanted
 * @property {{ audio: MediaStreamTrack | null, camera: MediaStreamTrack | null, screen: MediaStreamTrack | null }} tracks
 * @property {Protector | null} [protect] what every frame goes through
 * @property {() => RTCIceServer | null} turn the gateway's TURN server, once there is one
 * @property {boolean} detour whether to go there at once
 * @property {(sdp: string) => Promise<{ code: string } | null>} offer sends it
 * @property {(state: 'connected' | 'lost') => void} onState
 * @property {(code: string) => void} onRefused the offer was not taken; `kick` tries again
 * @property {() => void} onDead this connection will not recover: make another
 *
 * @typedef {object} Protector end-to-end encryption (app/shield.js)
 * @property {RTCConfiguration} configuration
 * @property {(kind: 'audio' | 'camera' | 'screen', sender: RTCRtpSender) => void} protectSender
 * @property {(receiver: RTCRtpReceiver) => string} protectReceiver answers its name
 */

export class Peer {
  /** @param {PeerOptions} options */
  constructor(options) {
    this.options = options;
    this.id = options.id;
    /** Whether the TURN server is among the ways that are tried. */
    this.detour = false;
    this.pc = new RTCPeerConnection(this.ways(options.detour));
    this.started = false;
    this.closed = false;
    /** Whether something is not yet negotiated. */
    this.dirty = true;
    this.busy = false;
    this.have = { audio: 0, video: 0 };
    /** @type {((sdp: string) => void) | null} */
    this.answered = null;
    /** @type {Map<string, MediaStream>} */
    this.streams = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.watch = undefined;
    this.restarting = false;
    /** The names that the protection knows receivers by. @type {Map<RTCRtpReceiver, string>} */
    this.names = new Map();
    this.senders = this.addSending(options.tracks);
    this.layers = new Layers(this.senders);
    this.addReceiving(missingSections(this.have, firstSections, options.video));
    this.pc.oniceconnectionstatechange = () => this.observe();
    this.pc.onconnectionstatechange = () => this.observe();
    /**
     * The first offer, made while its person still waits.
     * @type {Promise<string> | null}
     */
    this.prepared = this.describe();
    this.prepared.catch(() => {}); // told by whoever starts the connection
  }

  /**
   * By the gateway's own candidates, which are in its answers, or by its TURN server too.
   * @param {boolean} detour
   * @returns {RTCConfiguration}
   */
  ways(detour) {
    const turn = detour ? this.options.turn() : null;
    this.detour = turn !== null;
    return { bundlePolicy: 'max-bundle', ...this.options.protect?.configuration, iceServers: turn ? [turn] : [] };
  }

  /** @param {PeerOptions['tracks']} tracks */
  addSending(tracks) {
    const audio = this.pc.addTransceiver(tracks.audio ?? 'audio', { direction: 'sendonly' });
    const camera = this.pc.addTransceiver(tracks.camera ?? 'video', { direction: 'sendonly', sendEncodings: cameraLayers.map((l) => ({ ...l })) });
    const screen = this.pc.addTransceiver(tracks.screen ?? 'video', { direction: 'sendonly', sendEncodings: screenLayers.map((l) => ({ ...l })) });
    for (const t of [audio, camera, screen]) preferCommonCodecs(t);
    const senders = { audio: audio.sender, camera: camera.sender, screen: screen.sender };
    for (const kind of /** @type {const} */ (['audio', 'camera', 'screen'])) this.options.protect?.protectSender(kind, senders[kind]);
    return senders;
  }

  /** @param {{ audio: number, video: number }} missing */
  addReceiving(missing) {
    for (let i = 0; i < Math.max(missing.audio, missing.video); i++) {
      if (i < missing.audio) this.addSection('audio');
      if (i < missing.video) this.addSection('video');
    }
    this.have.audio += missing.audio;
    this.have.video += missing.video;
  }

  /** @param {'audio' | 'video'} kind */
  addSection(kind) {
    const transceiver = this.pc.addTransceiver(kind, { direction: 'recvonly' });
    preferCommonCodecs(transceiver);
    const name = this.options.protect?.protectReceiver(transceiver.receiver);
    if (name) this.names.set(transceiver.receiver, name);
  }

  /** Slots by the names of receivers. @param {import('../types.js').Slot[]} slots */
  named(slots) {
    return this.pc.getTransceivers().flatMap((t) => {
      const slot = slots.find((s) => s.mid === t.mid);
      const receiver = this.names.get(t.receiver);
      return slot && receiver ? [{ receiver, seat: slot.seat, kind: slot.kind }] : [];
    });
  }

  /** Sends the prepared offer: from now on this connection is wanted. */
  start() {
    this.started = true;
    this.kick();
  }

  /** The gateway is short of sections. @param {{ audio: number, video: number }} wanted */
  grow(wanted) {
    const missing = missingSections(this.have, wanted, this.options.video);
    if (missing.audio + missing.video === 0) return;
    this.addReceiving(missing);
    this.dirty = true;
    this.kick();
  }

  /** New paths after a change of network, or where the direct ones lead nowhere. */
  restart() {
    if (!this.started || this.closed) return;
    this.pc.setConfiguration?.(this.ways(true)); // Firefox has it from 119 on
    this.pc.restartIce();
    this.dirty = true;
    this.restarting = true;
    this.expect(restartTime, () => this.options.onDead());
    this.kick();
  }

  /** Negotiates what is not yet negotiated; harmless at any time. */
  async kick() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.started && this.dirty && !this.closed) if (!(await this.negotiate())) break;
    } catch {
      if (!this.closed) this.options.onDead();
    } finally {
      this.busy = false;
    }
  }

  /** @returns {Promise<boolean>} whether the offer was taken */
  async negotiate() {
    const sdp = await (this.prepared ?? this.describe());
    this.prepared = null;
    this.dirty = false;
    const answer = new Promise((settle) => { this.answered = settle; });
    const failure = await this.options.offer(sdp);
    if (this.closed) return false;
    const reply = failure ? null : await within(answerTime, answer);
    if (this.closed) return false;
    if (reply === null) {
      this.dirty = true;
      this.options.onRefused(failure?.code ?? 'unreachable');
      return false;
    }
    await this.pc.setRemoteDescription({ type: 'answer', sdp: reply });
    if (['new', 'connecting'].includes(this.pc.connectionState) && !this.restarting) this.expect(directTime, () => this.roundabout());
    this.layers.apply();
    return true;
  }

  async describe() {
    const offer = await this.pc.createOffer();
    await this.pc.setLocalDescription(offer);
    return withoutAddresses(offer.sdp ?? '');
  }

  /** The direct way has had its time. */
  roundabout() {
    const { iceConnectionState: ice } = this.pc;
    if (ice !== 'connected' && ice !== 'completed' && !this.detour && this.options.turn()) this.restart();
  }

  /** @param {string} sdp */
  answer(sdp) {
    this.answered?.(sdp);
    this.answered = null;
  }

  /**
   * @param {'audio' | 'camera' | 'screen'} kind
   * @param {MediaStreamTrack | null} track
   */
  async replace(kind, track) {
    if (!this.closed) await this.senders[kind].replaceTrack(track);
  }

  /**
   * What arrives on a section.
   * @param {string} mid
   * @returns {MediaStream | null}
   */
  stream(mid) {
    const known = this.streams.get(mid);
    if (known) return known;
    const transceiver = this.pc.getTransceivers().find((t) => t.mid === mid);
    if (!transceiver) return null;
    const stream = new MediaStream([transceiver.receiver.track]);
    this.streams.set(mid, stream);
    return stream;
  }

  observe() {
    if (this.closed) return;
    const { iceConnectionState: ice, connectionState: whole } = this.pc;
    if (whole === 'connected' && (ice === 'connected' || ice === 'completed')) return this.healthy();
    if (ice === 'failed' || ice === 'disconnected' || whole === 'failed') this.ailing(ice, whole);
  }

  healthy() {
    clearTimeout(this.watch);
    this.restarting = false;
    this.options.onState('connected');
  }

  /** @param {string} ice @param {string} whole */
  ailing(ice, whole) {
    this.options.onState('lost');
    if (whole === 'failed' && ice !== 'failed') return this.options.onDead();
    if (this.restarting) return;
    if (ice === 'failed') this.restart();
    else this.expect(lostTime, () => this.restart());
  }

  /** @param {number} ms @param {() => void} otherwise */
  expect(ms, otherwise) {
    clearTimeout(this.watch);
    this.watch = setTimeout(otherwise, ms);
  }

  close() {
    this.closed = true;
    clearTimeout(this.watch);
    this.pc.oniceconnectionstatechange = this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.streams.clear();
  }
}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} promise
 * @returns {Promise<T | null>}
 */
function within(ms, promise) {
  return Promise.race([promise, new Promise((/** @type {(v: null) => void} */ settle) => { setTimeout(() => settle(null), ms); })]);
}
