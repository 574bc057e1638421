/** Asks again every few seconds while somebody looks, less often while it fails. */

const usual = 5_000;
const longest = 60_000;

/** The pause before the next question, in ms. @param {number} failures in a row */
export const pause = (failures) => Math.min(longest, usual * 2 ** failures);

/** @template T */
export class Poll {
  /**
   * @param {object} parts
   * @param {() => Promise<T>} parts.ask
   * @param {(answer: T) => void} parts.answered
   * @param {(error: unknown) => boolean} parts.failed false when asking again is of no use
   * @param {(fn: () => void, ms: number) => any} [parts.later]
   * @param {(timer: any) => void} [parts.cancel]
   */
  constructor({ ask, answered, failed, later = (fn, ms) => setTimeout(fn, ms), cancel = (timer) => clearTimeout(timer) }) {
    this.ask = ask;
    this.answered = answered;
    this.failed = failed;
    this.later = later;
    this.cancel = cancel;
    this.failures = 0;
    this.running = false;
    /** Rises with every change of ours: an answer from before it is old. */
    this.age = 0;
    /** @type {any} */
    this.timer = null;
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.now();
  }

  stop() {
    this.running = false;
    this.age++;
    this.cancel(this.timer);
  }

  /** Something was changed here: whatever is on its way is old, and the next answer is wanted at once. */
  changed() {
    this.age++;
    if (this.running) this.now();
  }

  async now() {
    this.cancel(this.timer);
    const age = ++this.age;
    const again = await this.once(age);
    if (again && this.running && age === this.age) this.timer = this.later(() => this.now(), pause(this.failures));
  }

  /** @param {number} age */
  async once(age) {
    try {
      const answer = await this.ask();
      if (age !== this.age) return false;
      this.failures = 0;
      this.answered(answer);
      return true;
    } catch (e) {
      if (age !== this.age) return false;
      this.failures++;
      return this.failed(e);
    }
  }
}
