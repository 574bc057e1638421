/** How far behind the newest counter a frame may come (§8.5): about twelve seconds of all that one person sends. */
export const windowSize = 2048;

/** Remembers which counters of one key and kind were opened, in fixed memory; what is older is refused. */
export class ReplayWindow {
  constructor() {
    /** One above the newest counter. */
    this.next = 0;
    this.seen = new Uint8Array(windowSize);
  }

  /** Whether a counter may still be taken. @param {number} ctr */
  fresh(ctr) {
    if (ctr >= this.next) return true;
    return this.next - ctr <= windowSize && this.seen[ctr % windowSize] === 0;
  }

  /** Takes a counter whose frame was authentic. @param {number} ctr */
  mark(ctr) {
    if (ctr >= this.next) {
      if (ctr - this.next >= windowSize) this.seen.fill(0);
      else for (let c = this.next; c <= ctr; c++) this.seen[c % windowSize] = 0;
      this.next = ctr + 1;
    }
    this.seen[ctr % windowSize] = 1;
  }
}
