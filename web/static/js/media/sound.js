/** Small sounds made on the spot, and the level of the own voice. No file is fetched for them. */

export class Sounds {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    this.sink = '';
  }

  /**
   * Call during a click, so that the browser lets it sound later too. Nobody waits for it: on a
   * device without a loudspeaker a context never begins to run, and the promise never settles.
   */
  wake() {
    this.context ??= new AudioContext();
    if (this.context.state === 'suspended') this.context.resume().catch(() => {});
    return this.context;
  }

  /** Two soft rising notes: somebody may come in. */
  chime() {
    this.notes([523.25, 659.25]);
  }

  /** Two soft low notes: somebody is at the door. */
  knock() {
    this.notes([392, 329.63]);
  }

  /** A short melody to find out whether the speaker works. */
  test() {
    this.notes([392, 440, 523.25, 659.25]);
  }

  /** @param {number[]} frequencies in hertz */
  notes(frequencies) {
    const context = this.context;
    if (!context || context.state === 'closed') return;
    frequencies.forEach((frequency, i) => note(context, frequency, context.currentTime + i * 0.22));
  }

  /** @param {string} id */
  async choose(id) {
    this.sink = id;
    const context = /** @type {any} */ (this.wake());
    await context.setSinkId?.(id).catch(() => {});
  }

  /**
   * Watches how loud a track is.
   * @param {MediaStreamTrack} track
   * @param {(level: number) => void} onLevel from 0 to 1, ten times a second
   * @returns {() => void} ends it
   */
  watch(track, onLevel) {
    const context = this.context;
    if (!context) return () => {};
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      onLevel(levelOf(samples));
    }, 100);
    return () => {
      clearInterval(timer);
      source.disconnect();
    };
  }

  close() {
    this.context?.close().catch(() => {});
    this.context = null;
  }
}

/** Loudness of samples on a scale that suits an eye: -60 dB is 0, -10 dB is 1. @param {Float32Array} samples */
export function levelOf(samples) {
  let sum = 0;
  for (const s of samples) sum += s * s;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}

/** @param {AudioContext} context @param {number} frequency @param {number} at */
function note(context, frequency, at) {
  const tone = new OscillatorNode(context, { type: 'sine', frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.16, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.55);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.6);
}
