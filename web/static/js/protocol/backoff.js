/** The growing, jittered delay between attempts to connect (PROTOCOL.md §5.4), in milliseconds. */
export class Backoff {
  /** @param {() => number} [random] */
  constructor(random = Math.random) {
    this.random = random;
    this.attempts = 0;
  }

  next() {
    const ceiling = Math.min(8000, 500 * 2 ** this.attempts);
    this.attempts = Math.min(this.attempts + 1, 10);
    return ceiling / 2 + (this.random() * ceiling) / 2;
  }

  reset() {
    this.attempts = 0;
  }
}
