/**
 * The shape of our one connection (PROTOCOL.md §7): own audio, camera and
 * screen first, then sections that receive whoever the gateway puts on them.
 */

/** Layers of the camera, smallest first. Bit rates in bits per second. */
export const cameraLayers = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 300_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];

/** The screen is one layer: text must stay sharp, motion may stutter. */
export const screenLayers = [{ maxBitrate: 1_500_000, maxFramerate: 10 }];

/** Sections to receive with, at the start: four people and one screen. */
export const firstSections = { audio: 4, video: 5 };

/**
 * Only Opus, and VP8 with its repair: a short offer is answered ten times
 * faster, and VP8 is what all browsers have in common.
 * @param {RTCRtpTransceiver} transceiver
 */
export function preferCommonCodecs(transceiver) {
  const kind = transceiver.receiver.track.kind;
  const wanted = kind === 'audio' ? /^audio\/opus$/i : /^video\/(vp8|rtx)$/i;
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs.filter((c) => wanted.test(c.mimeType)) ?? [];
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}

/**
 * Our own addresses are nobody's business: the gateway never calls us, it
 * answers where our packets come from.
 * @param {string} sdp
 */
export const withoutAddresses = (sdp) => sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '');

/**
 * How many sections to add so that none is missing.
 * @param {{ audio: number, video: number }} have
 * @param {{ audio: number, video: number }} wanted
 * @param {boolean} video whether pictures are received at all
 */
export function missingSections(have, wanted, video) {
  return {
    audio: Math.max(0, Math.min(wanted.audio, maxSections) - have.audio),
    video: video ? Math.max(0, Math.min(wanted.video, maxSections) - have.video) : 0,
  };
}

/** No room is as large as this; whoever asks for more is not answered. */
const maxSections = 64;
