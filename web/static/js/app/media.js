/** Everything that sounds or shows: own devices, the streams of others, levels. Lent to the views to put into elements. */
import { OwnMedia, listDevices } from '../media/own.js';
import { Playback } from '../media/playback.js';
import { Sounds } from '../media/sound.js';

/** @typedef {import('../media/peer.js').Peer} Peer */

export class MediaDesk {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    this.own = new OwnMedia((kind, track) => this.changed(kind, track), (kind, back) => this.lost(kind, back));
    this.sounds = new Sounds();
    this.playback = new Playback((on) => store.dispatch({ type: 'sound_blocked', on }));
    /** @type {Peer | null} */
    this.peer = null;
    /** Told which element shows what. @type {import('../media/watch.js').Watcher | null} */
    this.watcher = null;
    /** @type {(() => void) | null} */
    this.unwatch = null;
    this.level = 0;
    /** Whether a meter shows the level. */
    this.metering = false;
  }

  /** @param {boolean} camera */
  async open(camera) {
    await this.own.open({ camera });
    this.tell();
    await this.list();
  }

  async list() {
    this.store.dispatch({ type: 'devices', devices: await listDevices() });
  }

  tell() {
    this.store.dispatch({ type: 'own', own: this.own.summary() });
  }

  /** A device went, or came back, without anybody's asking: it is said. @param {'audio' | 'camera'} kind @param {boolean} back */
  lost(kind, back) {
    this.tell();
    this.store.dispatch({ type: 'failed', code: `device_${back ? 'back' : 'lost'}_${kind}` });
  }

  /** Devices were plugged in or unplugged. */
  async devicesChanged() {
    await this.list();
    await this.own.recover();
  }

  /** @param {'audio' | 'camera' | 'screen'} kind @param {MediaStreamTrack | null} track */
  changed(kind, track) {
    this.peer?.replace(kind, track).catch(() => {});
    if (kind === 'audio') this.listen();
    this.tell();
  }

  /** Follows the loudness of whichever microphone is in use. */
  listen() {
    this.unwatch?.();
    const track = this.own.tracks.audio;
    this.unwatch = track && this.metering ? this.sounds.watch(track, (level) => { this.level = level; }) : null;
    this.level = 0;
  }

  /** @param {HTMLMeterElement} meter */
  showLevel = (meter) => {
    this.metering = true;
    this.listen();
    const timer = setInterval(() => { meter.value = this.level; }, 100);
    return () => {
      clearInterval(timer);
      this.metering = false;
      this.listen();
    };
  };

  /** @param {HTMLVideoElement} video */
  showOwn = (video) => put(video, this.own.preview);

  /** @param {HTMLVideoElement} video @param {string} mid */
  showOther = (video, mid) => {
    put(video, this.arriving(mid));
    this.watcher?.shows(video, mid);
  };

  /** What arrives on a section, unless the list of sections speaks of an older connection. @param {string} mid */
  arriving(mid) {
    return this.peer && this.store.state.slots.pc === this.peer.id ? this.peer.stream(mid) : null;
  }

  /** Plays exactly the voices that the gateway says are there. */
  playVoices() {
    const voices = [];
    for (const slot of this.store.state.slots.slots) {
      const stream = slot.kind === 'audio' ? this.arriving(slot.mid) : null;
      if (stream) voices.push({ mid: `${this.peer?.id}/${slot.mid}`, stream });
    }
    this.playback.show(voices);
  }

  close() {
    this.unwatch?.();
    this.own.close();
    this.playback.close();
    this.sounds.close();
  }
}

/** @param {HTMLVideoElement} video @param {MediaStream | null} stream */
function put(video, stream) {
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  if (stream) video.play().catch(() => {});
}
