/** This person's own camera, microphone and screen. Off means off: a stopped camera shows no light. */

/** @typedef {'on' | 'off' | 'none'} Switch none: there is no such device, or it may not be used */
/** @typedef {'denied' | 'missing' | 'busy' | 'unsupported' | null} Problem */

/** @typedef {{ mic: string, camera: string }} Chosen device ids, '' for the browser's choice */

const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class OwnMedia {
  /**
   * @param {(kind: 'audio' | 'camera' | 'screen', track: MediaStreamTrack | null) => void} onChange
   * @param {(kind: 'audio' | 'camera', back: boolean) => void} [onLost] a device was unplugged or taken away, or is back
   */
  constructor(onChange, onLost = () => {}) {
    this.onChange = onChange;
    this.onLost = onLost;
    /**
     * Devices that went away while they were in use: which, so that no other camera is turned on in its place.
     * @type {Map<'audio' | 'camera', string>}
     */
    this.lost = new Map();
    /** Whether the picture behind the person is to be blurred, where the browser can. */
    this.blurred = false;
    /** @type {{ audio: MediaStreamTrack | null, camera: MediaStreamTrack | null, screen: MediaStreamTrack | null }} */
    this.tracks = { audio: null, camera: null, screen: null };
    /** @type {Chosen} */
    this.chosen = { mic: '', camera: '' };
    /** @type {Problem} */
    this.problem = null;
    this.muted = false;
    /** @type {MediaStream | null} */
    this.preview = null;
  }

  /** What is on, for the state. */
  summary() {
    const { audio, camera, screen } = this.tracks;
    return {
      mic: /** @type {Switch} */ (!audio ? 'none' : this.muted ? 'off' : 'on'),
      camera: /** @type {Switch} */ (camera ? 'on' : 'off'),
      screen: screen !== null,
      problem: this.problem,
      blur: /** @type {Switch} */ (!canBlur(camera) ? 'none' : this.blurred ? 'on' : 'off'),
      chosen: { ...this.chosen },
    };
  }

  /** Opens what was asked for, as far as the device and the person allow. @param {{ camera: boolean }} want */
  async open(want) {
    this.problem = null;
    const both = await this.get({ audio: true, camera: want.camera });
    if (!both && want.camera) {
      const why = this.problem;
      await this.get({ audio: true, camera: false });
      await this.get({ audio: false, camera: true });
      if (!this.tracks.audio || !this.tracks.camera) this.problem = why;
    }
  }

  /** @param {{ audio: boolean, camera: boolean }} want @returns {Promise<boolean>} */
  async get(want) {
    if (!navigator.mediaDevices?.getUserMedia) {
      this.problem = 'unsupported';
      return false;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: want.audio && { ...sound, ...only(this.chosen.mic) },
        video: want.camera && { ...picture, facingMode: 'user', ...only(this.chosen.camera) },
      });
      for (const track of stream.getAudioTracks()) this.put('audio', track);
      for (const track of stream.getVideoTracks()) this.put('camera', track);
      return true;
    } catch (e) {
      this.problem = problemOf(e);
      return false;
    }
  }

  /** @param {'audio' | 'camera' | 'screen'} kind @param {MediaStreamTrack | null} track */
  put(kind, track) {
    const old = this.tracks[kind];
    if (old) old.onended = null;
    old?.stop();
    this.tracks[kind] = track;
    if (kind !== 'screen') this.lost.delete(kind);
    if (track) {
      if (kind === 'audio') track.enabled = !this.muted;
      if (kind === 'screen') track.contentHint = 'detail';
      if (kind === 'camera' && this.blurred) setBlur(track, true);
      track.onended = () => this.tracks[kind] === track && this.ended(kind, track);
    }
    if (kind === 'camera') this.preview = track ? new MediaStream([track]) : null;
    this.onChange(kind, track);
  }

  /** The browser ended it: unplugged, taken away, or a screen no longer shared. @param {'audio' | 'camera' | 'screen'} kind @param {MediaStreamTrack} track */
  ended(kind, track) {
    this.put(kind, null);
    if (kind === 'screen') return;
    this.lost.set(kind, track.getSettings?.().deviceId ?? '');
    this.onLost(kind, false);
    if (kind === 'audio') this.recover();
  }

  /** A voice may come from any microphone; a picture only from the camera that was on. */
  async recover() {
    if (this.lost.has('audio')) {
      this.chosen.mic = '';
      if (await this.get({ audio: true, camera: false })) this.onLost('audio', true);
    }
    const camera = this.lost.get('camera');
    if (camera && (await listDevices()).cameras.some((d) => d.id === camera) && (await this.get({ audio: false, camera: true }))) this.onLost('camera', true);
  }

  /** @param {boolean} on */
  async blur(on) {
    this.blurred = this.tracks.camera !== null && (await setBlur(this.tracks.camera, on)) ? on : false;
    this.onChange('camera', this.tracks.camera);
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.muted = muted;
    if (this.tracks.audio) this.tracks.audio.enabled = !muted;
    this.onChange('audio', this.tracks.audio);
  }

  /** @param {boolean} on */
  async setCamera(on) {
    this.lost.delete('camera');
    if (!on) return this.put('camera', null);
    this.problem = null;
    await this.get({ audio: false, camera: true });
  }

  /** @param {'mic' | 'camera'} which @param {string} id */
  async choose(which, id) {
    this.chosen[which] = id;
    if (which === 'mic') await this.get({ audio: true, camera: false });
    else if (this.tracks.camera) await this.get({ audio: false, camera: true });
  }

  /** @param {boolean} on */
  async setScreen(on) {
    if (!on) return this.put('screen', null);
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
      this.put('screen', stream.getVideoTracks()[0] ?? null);
    } catch {
      // The person thought better of it: nothing is shared.
    }
  }

  close() {
    for (const kind of /** @type {const} */ (['audio', 'camera', 'screen'])) this.put(kind, null);
  }
}

/** Whether the browser itself can blur what is behind a person (W3C mediacapture-extensions). @param {MediaStreamTrack | null} track */
function canBlur(track) {
  /** @type {any} */
  const can = track?.getCapabilities?.();
  return Array.isArray(can?.backgroundBlur) && can.backgroundBlur.includes(true) && can.backgroundBlur.includes(false);
}

/** @param {MediaStreamTrack} track @param {boolean} on @returns {Promise<boolean>} whether it is so now */
async function setBlur(track, on) {
  if (!canBlur(track)) return false;
  /** @type {any} */
  const wish = { backgroundBlur: { exact: on } };
  return track.applyConstraints({ ...track.getConstraints(), ...wish }).then(() => true, () => false);
}

/** @param {string} id */
const only = (id) => (id ? { deviceId: { exact: id }, facingMode: undefined } : {});

/** @param {unknown} e @returns {Problem} */
function problemOf(e) {
  switch (e instanceof DOMException ? e.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    default:
      return 'busy';
  }
}

/** @returns {Promise<import('../types.js').Devices>} */
export async function listDevices() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  /** @param {string} kind */
  const of = (kind) => all.filter((d) => d.kind === kind && d.deviceId !== '').map((d) => ({ id: d.deviceId, label: d.label }));
  return { cameras: of('videoinput'), mics: of('audioinput'), speakers: canChooseSpeaker() ? of('audiooutput') : [] };
}

export const canChooseSpeaker = () => 'setSinkId' in HTMLMediaElement.prototype;
export const canShareScreen = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function';
