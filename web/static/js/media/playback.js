/** Plays the voices of the others, one audio element for each section that carries one. */

export class Playback {
  /** @param {(blocked: boolean) => void} onBlocked the browser wants a click before it plays */
  constructor(onBlocked) {
    this.onBlocked = onBlocked;
    /** @type {Map<string, HTMLAudioElement>} */
    this.elements = new Map();
    this.sink = '';
  }

  /**
   * Plays these sections and no others.
   * @param {{ mid: string, stream: MediaStream }[]} voices
   */
  show(voices) {
    const wanted = new Set(voices.map((v) => v.mid));
    for (const mid of [...this.elements.keys()]) if (!wanted.has(mid)) this.drop(mid);
    for (const { mid, stream } of voices) this.play(mid, stream);
  }

  /** @param {string} mid @param {MediaStream} stream */
  play(mid, stream) {
    const element = this.elements.get(mid) ?? this.make(mid);
    if (element.srcObject === stream) return;
    element.srcObject = stream;
    this.begin(element);
  }

  /** @param {string} mid */
  make(mid) {
    const element = document.createElement('audio');
    element.autoplay = true;
    this.elements.set(mid, element);
    this.route(element);
    return element;
  }

  /** @param {HTMLAudioElement} element */
  async begin(element) {
    try {
      await element.play();
    } catch (e) {
      if (e instanceof DOMException && e.name === 'NotAllowedError') this.onBlocked(true);
    }
  }

  /** After a click. */
  unblock() {
    this.onBlocked(false);
    for (const element of this.elements.values()) this.begin(element);
  }

  /** @param {string} id */
  choose(id) {
    this.sink = id;
    for (const element of this.elements.values()) this.route(element);
  }

  /** @param {HTMLAudioElement} element */
  route(element) {
    if (this.sink) /** @type {any} */ (element).setSinkId?.(this.sink).catch(() => {});
  }

  /** @param {string} mid */
  drop(mid) {
    const element = this.elements.get(mid);
    if (element) element.srcObject = null;
    this.elements.delete(mid);
  }

  close() {
    this.show([]);
  }
}
