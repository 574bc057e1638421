/** The announcement of a page load (§5.1). */
import { importPoint } from './hpke.js';
import { mac } from './secret.js';
import { pointSize, seatOf, sign, signatureSize, verify } from './seat.js';
import { be, cat, lp, Reader, same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */

/**
 * @typedef {object} Hello
 * @property {number} flags
 * @property {number} serial rises with every page load of a seat
 * @property {number} epoch where the sender is; a hint
 * @property {Bytes} key the seat's public key
 * @property {Bytes} dh the page load's public key for agreement
 * @property {Bytes} core what is proved
 * @property {string} invite
 * @property {string} jti of the guest's link that the proof is about; empty between hosts
 * @property {Bytes | null} proof
 *
 * @typedef {{ direction: string, invite: string, jti: string, key: Bytes }} LinkProof
 */

export const typeHello = 1;
export const typeBox = 2;
export const version = 1;

/** The sender has no hello of the receiver yet. */
export const flagAsk = 1;
const flagLink = 2;

/** Directions of a proof, so that none can be sent back to whom it came from. */
export const proofGuest = 'anteroom-e2ee-v1 guest';
export const proofHost = 'anteroom-e2ee-v1 host';

/** What anybody may announce at most, so that there is always a next one. */
export const maxEpoch = 2 ** 31 - 1;

/** What is signed: all that is sent before the signature. @param {string} session @param {Bytes} body */
const helloText = (session, body) => cat('anteroom-e2ee-v1 hello', lp(session), body);

/**
 * @param {string} session
 * @param {CryptoKey} seat
 * @param {{ flags: number, serial: number, epoch: number, key: Bytes, dh: Bytes }} h
 * @param {LinkProof | null} link
 */
export async function sealHello(session, seat, h, link) {
  const core = cat(typeHello, version, h.flags | (link ? flagLink : 0), be(h.serial, 8), be(h.epoch, 4), h.key, h.dh);
  const body = link ? cat(core, lp(link.invite), lp(link.jti), await mac(link.key, link.direction, core)) : core;
  return cat(body, await sign(seat, helloText(session, body)));
}

/**
 * Checks all that needs no secret: the form, that the key is the key of the
 * seat it came from, and the signature.
 * @param {string} session @param {string} from @param {Bytes} message
 * @returns {Promise<Hello | null>}
 */
export async function parseHello(session, from, message) {
  const r = new Reader(message);
  if (r.uint(1) !== typeHello || r.uint(1) !== version) return null;
  const flags = r.uint(1);
  const serial = r.uint(8);
  const epoch = r.uint(4);
  const key = r.take(pointSize);
  const dh = r.take(pointSize);
  const core = message.slice(0, r.at);
  const linked = (flags & flagLink) !== 0;
  const invite = linked ? r.text() : '';
  const jti = linked ? r.text() : '';
  const proof = linked ? r.take(32) : null;
  const body = message.slice(0, r.at);
  const signature = r.take(signatureSize);
  if (!r.done || (flags & ~(flagAsk | flagLink)) !== 0 || epoch > maxEpoch) return null;
  if ((await seatOf(session, key)) !== from || !(await verify(key, helloText(session, body), signature))) return null;
  return (await isPoint(dh)) ? { flags, serial, epoch, key, dh, core, invite, jti, proof } : null;
}

/** @param {Bytes} dh */
const isPoint = (dh) => importPoint(dh).then(() => true, () => false);

/** @param {Hello} h @param {string} direction @param {Bytes} key */
export const proves = async (h, direction, key) => h.proof !== null && same(h.proof, await mac(key, direction, h.core));
