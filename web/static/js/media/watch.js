/**
 * What the person really sees of each picture, so that the gateway sends no more
 * than that (PROTOCOL.md §5.3, `watch`). Larger is told at once, smaller a little
 * later: whoever looks aside for a moment misses nothing.
 */

/** @typedef {import('../types.js').Slot} Slot */
/** @typedef {import('../types.js').Shown} Shown */

/** How long a picture has to be smaller or out of sight before that is told, and the least time between two messages, in milliseconds. */
const lookAside = 600;
const spacing = 200;

/** How long after a change the page is looked at, in milliseconds: many come together. */
const settling = 30;

/** Heights are told in steps of so many pixels, up to so many: not every pixel of a moving window is news. */
const step = 30;
const highest = 2160;

/**
 * How high a picture is where it is shown, in pixels of the screen, told in steps.
 * @param {{ width: number, height: number }} box of the element, in CSS pixels
 * @param {{ width: number, height: number }} picture as it comes; 0 if not known yet
 * @param {string} fit `cover` shows a part of it, larger; else all of it
 * @param {number} ratio pixels of the screen for each of CSS
 */
export function heightShown(box, picture, fit, ratio) {
  if (box.width <= 0 || box.height <= 0) return 0;
  const whole = picture.width > 0 ? (box.width * picture.height) / picture.width : box.height;
  const height = ratio * (fit === 'cover' ? Math.max(box.height, whole) : Math.min(box.height, whole));
  return Math.min(highest, step * Math.ceil(height / step));
}

/** Whether something is larger than was told. What is new and not yet seen may be about to be. @param {Shown[]} told @param {Shown[]} now */
export const isMore = (told, now) => now.some((n) => n.height > (told.find((t) => t.seat === n.seat && t.kind === n.kind)?.height ?? 0));

/** @param {Shown[]} a @param {Shown[]} b */
export const same = (a, b) => a.length === b.length && a.every((x, i) => x.seat === b[i].seat && x.kind === b[i].kind && x.height === b[i].height);

export class Watcher {
  /**
   * @param {object} options
   * @param {() => Slot[]} options.slots who is on which section now
   * @param {(shown: Shown[]) => boolean} options.send whether it went out
   */
  constructor({ slots, send }) {
    this.slots = slots;
    this.send = send;
    /** Which element shows what arrives on a section. @type {Map<string, HTMLVideoElement>} */
    this.videos = new Map();
    /** Elements that are scrolled out of sight. @type {WeakSet<Element>} */
    this.away = new WeakSet();
    /** @type {Shown[] | null} what the gateway knows */
    this.told = null;
    this.toldAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.due = Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.looking = undefined;
    this.seen = new IntersectionObserver((entries) => this.intersected(entries));
    this.sized = new ResizeObserver(() => this.look());
    this.look = this.look.bind(this);
    document.addEventListener('visibilitychange', this.look);
  }

  /** An element shows a section from now on. @param {HTMLVideoElement} video @param {string} mid */
  shows(video, mid) {
    const before = this.videos.get(mid);
    if (before === video) return;
    for (const [other, element] of this.videos) if (element === video) this.videos.delete(other);
    this.videos.set(mid, video);
    this.seen.observe(video);
    this.sized.observe(video);
    video.addEventListener('resize', this.look);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  intersected(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.away.delete(target);
      else this.away.add(target);
    }
    this.look();
  }

  /** Looks when the page has taken in what changed. */
  soon() {
    this.looking ??= setTimeout(() => {
      this.looking = undefined;
      this.look();
    }, settling);
  }

  /** The websocket is a new one: the gateway may be, too. */
  forget() {
    this.told = null;
    this.look();
  }

  /** Looks, and tells what has to be told; harmless at any time. */
  look() {
    const now = this.measure();
    if (this.told && same(this.told, now)) return this.later(Infinity);
    if (!this.told && now.length === 0) return;
    const at = performance.now();
    const least = this.toldAt + spacing;
    if (!isMore(this.told ?? [], now)) return this.later(Math.max(least, Math.min(this.due, at + lookAside)));
    if (at < least) return this.later(least);
    this.tell(now);
  }

  /** At a time, if nothing is told before. @param {number} at */
  later(at) {
    if (at === this.due) return;
    clearTimeout(this.timer);
    this.due = at;
    if (at < Infinity) this.timer = setTimeout(() => this.tell(this.measure()), Math.max(0, at - performance.now()));
  }

  /** @param {Shown[]} now */
  tell(now) {
    this.later(Infinity);
    if (this.told && same(this.told, now)) return;
    this.toldAt = performance.now();
    if (this.send(now)) this.told = now;
  }

  /** @returns {Shown[]} */
  measure() {
    for (const [mid, video] of this.videos) if (!video.isConnected) this.drop(mid, video);
    return this.slots().flatMap(({ mid, seat, kind }) => (kind === 'audio' ? [] : [{ seat, kind, height: this.height(mid) }]));
  }

  /** @param {string} mid */
  height(mid) {
    const video = this.videos.get(mid);
    if (!video || this.away.has(video)) return 0;
    if (document.hidden && document.pictureInPictureElement !== video) return 0;
    const { width, height } = video.getBoundingClientRect();
    return heightShown({ width, height }, { width: video.videoWidth, height: video.videoHeight }, getComputedStyle(video).objectFit, devicePixelRatio);
  }

  /** @param {string} mid @param {HTMLVideoElement} video */
  drop(mid, video) {
    this.videos.delete(mid);
    this.seen.unobserve(video);
    this.sized.unobserve(video);
    video.removeEventListener('resize', this.look);
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.looking);
    this.seen.disconnect();
    this.sized.disconnect();
    document.removeEventListener('visibilitychange', this.look);
    for (const [mid, video] of this.videos) this.drop(mid, video);
  }
}
