/**
 * SFrame (RFC 9605), suite AES_128_GCM_SHA256_128, and how a frame of ours is
 * laid out (§8). No document, no worker: just octets and keys.
 */
import { xorCounter } from './hpke.js';
import { cat, be, unbase64 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {0 | 1 | 2 | 3 | 4} Kind */
/** @typedef {{ key: CryptoKey, salt: Bytes }} SframeKey */

/** What a frame belongs to; part of the key's name, of the key, and of what is authenticated. */
export const kinds = /** @type {const} */ ({ audio: 0, camera: 1, screen: 2, chat: 3, private: 4 });
export const allKinds = /** @type {readonly Kind[]} */ ([0, 1, 2, 3, 4]);

export const tagSize = 16;
export const maxHeader = 17;
const suite = 0x0004;

/** A header (RFC 9605 §4.3). @param {number | bigint} kid @param {number | bigint} ctr @returns {Bytes} */
export function encodeHeader(kid, ctr) {
  const k = compact(BigInt(kid));
  const c = compact(BigInt(ctr));
  return Uint8Array.from([(k.half << 4) | c.half, ...k.octets, ...c.octets]);
}

/** One half of the config octet and the octets that belong to it. @param {bigint} n */
function compact(n) {
  if (n < 8n) return { half: Number(n), octets: [] };
  /** @type {number[]} */
  const octets = [];
  for (let rest = n; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 255n));
  return { half: 8 | (octets.length - 1), octets };
}

/**
 * Reads a header that fills all octets. Only the shortest encoding is taken.
 * @param {Uint8Array} octets
 * @returns {{ kid: bigint, ctr: bigint } | null}
 */
export function parseHeader(octets) {
  const config = octets[0];
  if (config === undefined) return null;
  const kid = expand(config >> 4, octets, 1);
  const ctr = kid && expand(config & 15, octets, kid.next);
  return ctr && ctr.next === octets.length ? { kid: kid.n, ctr: ctr.n } : null;
}

/** @param {number} half @param {Uint8Array} octets @param {number} at */
function expand(half, octets, at) {
  if (half < 8) return { n: BigInt(half), next: at };
  const size = (half & 7) + 1;
  if (octets.length < at + size) return null;
  let n = 0n;
  for (let i = at; i < at + size; i++) n = (n << 8n) | BigInt(/** @type {number} */ (octets[i]));
  const minimal = n >= 8n && (size === 1 || n >> BigInt(8 * (size - 1)) !== 0n);
  return minimal ? { n, next: at + size } : null;
}

/** Key and salt of a KID (RFC 9605 §4.4.2), as octets. @param {Bytes} base @param {number | bigint} kid */
export async function deriveSecrets(base, kid) {
  const ikm = await crypto.subtle.importKey('raw', base, 'HKDF', false, ['deriveBits']);
  const id = cat(be(0, 8), be(suite, 2));
  new DataView(id.buffer).setBigUint64(0, BigInt(kid));
  const bits = async (/** @type {string} */ label, /** @type {number} */ size) =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: cat(label, id) }, ikm, size * 8));
  const [key, salt] = await Promise.all([bits('SFrame 1.0 Secret key ', 16), bits('SFrame 1.0 Secret salt ', 12)]);
  return { key, salt };
}

/** @param {Bytes} base @param {number | bigint} kid @returns {Promise<SframeKey>} */
export async function deriveKey(base, kid) {
  const { key, salt } = await deriveSecrets(base, kid);
  return { key: await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), salt };
}

/** @param {SframeKey} k @param {bigint} ctr @param {Bytes} plain @param {Bytes} aad header and metadata (RFC 9605 §4.4.3) */
export const encrypt = (k, ctr, plain, aad) => crypto.subtle.encrypt({ name: 'AES-GCM', iv: xorCounter(k.salt, ctr), additionalData: aad }, k.key, plain);

/** @param {SframeKey} k @param {bigint} ctr @param {Bytes} sealed @param {Bytes} aad */
export const decrypt = (k, ctr, sealed, aad) => crypto.subtle.decrypt({ name: 'AES-GCM', iv: xorCounter(k.salt, ctr), additionalData: aad }, k.key, sealed);

/** A seat's name in octets. @param {string} seat @returns {Bytes} */
export function seatOctets(seat) {
  const octets = unbase64(seat);
  if (octets?.length !== 16) throw new TypeError('not a seat');
  return octets;
}

/** The KID of a sender's key for one kind (§8.2). @param {Uint8Array} sender @param {number} epoch @param {Kind} kind */
export function keyId(sender, epoch, kind) {
  return /** @type {number} */ (sender[0]) * 65536 + /** @type {number} */ (sender[1]) * 256 + (epoch & 31) * 8 + kind;
}

/**
 * How many octets of a frame stay readable (§8.3): what gateway and packetizer
 * need of VP8, nothing of sound. It depends on clear octets only, and may be
 * more than a frame has: then it is no VP8.
 * @param {Kind} kind @param {Uint8Array} frame
 */
export function clearSize(kind, frame) {
  if (kind !== kinds.camera && kind !== kinds.screen) return 0;
  return frame.length > 0 && (/** @type {number} */ (frame[0]) & 1) === 0 ? 10 : 3;
}

/** What is authenticated: header, kind, sender, clear octets. @param {Uint8Array} header @param {Kind} kind @param {Uint8Array} sender @param {Uint8Array} clear */
export const authenticated = (header, kind, sender, clear) => cat(header, kind, sender, clear);

/** clear, ciphertext, header, length of the header (§8.3). @param {Kind} kind @param {Bytes} frame */
export function splitFrame(kind, frame) {
  const size = frame[frame.length - 1] ?? 0;
  const end = frame.length - 1 - size;
  if (size < 1 || size > maxHeader || end < tagSize) return null;
  const n = clearSize(kind, frame.subarray(0, end));
  if (end - n < tagSize) return null;
  return { clear: frame.subarray(0, n), sealed: frame.subarray(n, end), header: frame.subarray(end, end + size) };
}

/** header, ciphertext (RFC 9605 §4.2). @param {Bytes} message */
export function splitSealed(message) {
  const config = message[0];
  if (config === undefined) return null;
  let size = 1;
  for (const half of [config >> 4, config & 15]) if (half >= 8) size += (half & 7) + 1;
  if (message.length < size + tagSize) return null;
  return { sealed: message.subarray(size), header: message.subarray(0, size) };
}
