/** How good the connection is, from what the browser counts anyway. Pure but for `read`. */

/**
 * @typedef {{ received: number, lost: number, rtt: number, upward: number, starved: number }} Sample
 *   received, lost: packets so far; rtt: seconds; upward: share of our packets that were lost lately;
 *   starved: layers of our pictures that somebody watches and our line has no room for
 * @typedef {import('../types.js').Quality} Quality
 */

/** @param {RTCPeerConnection} pc @returns {Promise<Sample>} */
export async function read(pc) {
  const sample = { received: 0, lost: 0, rtt: 0, upward: 0, starved: 0 };
  (await pc.getStats()).forEach((s) => add(sample, s));
  return sample;
}

/** @param {Sample} sample @param {any} s one entry of the statistics */
function add(sample, s) {
  if (s.type === 'inbound-rtp') {
    sample.received += s.packetsReceived ?? 0;
    sample.lost += Math.max(0, s.packetsLost ?? 0);
  }
  if (s.type === 'remote-inbound-rtp') sample.upward = Math.max(sample.upward, s.fractionLost ?? 0);
  if (s.type === 'outbound-rtp' && s.active !== false && s.qualityLimitationReason === 'bandwidth' && !s.framesPerSecond) sample.starved++;
  if (s.type === 'candidate-pair' && s.nominated) sample.rtt = Math.max(sample.rtt, s.currentRoundTripTime ?? 0);
}

/**
 * @param {Sample | null} before
 * @param {Sample} now
 * @returns {Quality}
 */
export function judge(before, now) {
  const received = now.received - (before?.received ?? 0);
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  const share = Math.max(now.upward, received + lost <= 0 ? 0 : lost / (received + lost));
  // A device that is too slow leaves layers out, too; that is not the line's fault and does not count.
  if (share > 0.1 || now.rtt > 0.8 || now.starved >= 2) return 'poor';
  if (share > 0.03 || now.rtt > 0.35) return 'fair';
  return 'good';
}
