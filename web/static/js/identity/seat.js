/**
 * The key pair that is the seat (P-256), and what it signs (PROTOCOL.md §4
 * and §5.1). Whoever holds the private key holds the seat: it leaves this
 * module only as the JWK that a reload needs, and on a shared device not at all.
 */
import { toBase64url } from '../protocol/bytes.js';

const curve = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };

export class SeatKey {
  /** @param {CryptoKey} secret @param {string} point @param {JsonWebKey | null} jwk */
  constructor(secret, point, jwk) {
    this.secret = secret;
    /** The public key as the protocol writes it. */
    this.point = point;
    /** The private key for a reload, or null on a shared device. */
    this.jwk = jwk;
  }

  /** @param {boolean} shared on a shared device nothing can be read out of the browser */
  static async make(shared) {
    const pair = await crypto.subtle.generateKey(curve, !shared, ['sign', 'verify']);
    const point = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
    return new SeatKey(pair.privateKey, point, shared ? null : await crypto.subtle.exportKey('jwk', pair.privateKey));
  }

  /** @param {JsonWebKey} jwk @param {string} point */
  static async restore(jwk, point) {
    return new SeatKey(await crypto.subtle.importKey('jwk', jwk, curve, true, ['sign']), point, jwk);
  }

  /** @param {string} origin @param {string} jti @param {string} nonce */
  signJoin(origin, jti, nonce) {
    return this.sign(joinText(origin, jti, nonce, this.point));
  }

  /** @param {string} origin @param {string} session @param {string} nonce */
  signResume(origin, session, nonce) {
    return this.sign(resumeText(origin, session, nonce, this.point));
  }

  /** @param {string} text */
  async sign(text) {
    const octets = await crypto.subtle.sign(signing, this.secret, new TextEncoder().encode(text));
    return toBase64url(new Uint8Array(octets));
  }
}

/** @param {string} origin @param {string} jti @param {string} nonce @param {string} key */
export const joinText = (origin, jti, nonce, key) =>
  ['anteroom-join-v1', 'POST', `${origin}/v1/join`, jti, nonce, key].join('\n');

/** @param {string} origin @param {string} session @param {string} nonce @param {string} key */
export const resumeText = (origin, session, nonce, key) =>
  ['anteroom-ws-v1', origin, session, nonce, key].join('\n');
