/** Which layers of what this browser sends are sent at all: those that somebody watches (PROTOCOL.md §5.2, `layers`). */

export class Layers {
  /** @param {{ camera: RTCRtpSender, screen: RTCRtpSender }} senders */
  constructor(senders) {
    this.senders = senders;
    /** @type {{ camera: number, screen: number } | null} null: nothing was said yet, all are sent */
    this.wanted = null;
    /** One change after the other: a sender takes no second one meanwhile. @type {Promise<void>} */
    this.work = Promise.resolve();
  }

  /** @param {{ camera: number, screen: number }} wanted how many, smallest first */
  want({ camera, screen }) {
    this.wanted = { camera, screen };
    this.apply();
  }

  /** Again, after a negotiation: before one a browser may not take it. */
  apply() {
    this.work = this.work.then(async () => {
      if (!this.wanted) return;
      await send(this.senders.camera, this.wanted.camera);
      await send(this.senders.screen, this.wanted.screen);
    }).catch(() => {}); // sent for nobody, which hurts nobody
  }
}

/** @param {RTCRtpSender} sender @param {number} count */
async function send(sender, count) {
  const parameters = sender.getParameters();
  if (!activate(parameters.encodings ?? [], count)) return;
  await sender.setParameters(parameters);
}

/**
 * Turns on the first so many encodings and the others off.
 * @param {{ active?: boolean }[]} encodings
 * @param {number} count
 * @returns {boolean} whether that changed anything
 */
export function activate(encodings, count) {
  let changed = false;
  encodings.forEach((e, i) => {
    const active = i < count;
    changed ||= (e.active !== false) !== active;
    e.active = active;
  });
  return changed;
}
