/** @typedef {import('../types.js').CreateRequest} CreateRequest */

/** How long a lost answer is asked for again, in milliseconds: less than the server knows the key. */
const patience = 5 * 60_000;

/**
 * Keeps the request that a form was sent with until it is answered. Sent again,
 * it has the same name (Idempotency-Key in PROTOCOL.md §3) and the same hours,
 * though the clock went on, and the server makes one session of the two.
 */
export class Once {
  constructor() {
    /** @type {{ form: unknown, body: CreateRequest, key: string, at: number } | null} */
    this.sent = null;
  }

  /**
   * @param {unknown} form what the request comes from: the same object while nothing was changed in it
   * @param {CreateRequest} body
   * @param {number} now ms
   */
  requestOf(form, body, now) {
    if (!this.sent || form !== this.sent.form || now - this.sent.at > patience) {
      this.sent = { form, body, key: crypto.randomUUID(), at: now };
    }
    return this.sent;
  }

  /** The next request is another one, even from the same form. */
  done() {
    this.sent = null;
  }
}
