/**
 * HPKE (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM,
 * in the modes auth and auth_psk.
 */
import { mac } from './secret.js';
import { be, cat } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {{ privateKey: CryptoKey, publicKey: Bytes }} KeyPair the public key as an uncompressed point */

export const modeAuth = 0x02;
export const modeAuthPsk = 0x03;

const curve = { name: 'ECDH', namedCurve: 'P-256' };
const kemSuite = cat('KEM', be(0x0010, 2));
const hpkeSuite = cat('HPKE', be(0x0010, 2), be(0x0001, 2), be(0x0001, 2));
const noSalt = new Uint8Array(32);

/** @returns {Promise<KeyPair>} a key for agreement whose private half stays in the browser */
export async function newKeyPair() {
  const pair = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  return { privateKey: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

/** @param {Bytes} point @returns {Promise<CryptoKey>} refused when it is not on the curve */
export const importPoint = (point) => crypto.subtle.importKey('raw', point, curve, false, []);

/** @param {CryptoKey} secret @param {CryptoKey} point @returns {Promise<Bytes>} */
const dh = async (secret, point) => new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: point }, secret, 256));

/** @param {Bytes} suite @param {Bytes} salt @param {string} label @param {Bytes} ikm */
const labeledExtract = (suite, salt, label, ikm) => mac(salt, 'HPKE-v1', suite, label, ikm);

/** One block of HKDF-Expand does for all that is asked here. @param {Bytes} suite @param {Bytes} prk @param {string} label @param {Bytes} info @param {number} size at most 32 */
async function labeledExpand(suite, prk, label, info, size) {
  return (await mac(prk, be(size, 2), 'HPKE-v1', suite, label, info, 1)).slice(0, size);
}

/** @param {Bytes} first @param {Bytes} second @param {Bytes} context */
async function kemSecret(first, second, context) {
  const prk = await labeledExtract(kemSuite, noSalt, 'eae_prk', cat(first, second));
  return labeledExpand(kemSuite, prk, 'shared_secret', context, 32);
}

/** AuthEncap (§4.1) with a given ephemeral key. @param {KeyPair} ephemeral @param {Bytes} to @param {KeyPair} from */
export async function authEncap(ephemeral, to, from) {
  const point = await importPoint(to);
  const enc = ephemeral.publicKey;
  const secret = await kemSecret(await dh(ephemeral.privateKey, point), await dh(from.privateKey, point), cat(enc, to, from.publicKey));
  return { secret, enc };
}

/** AuthDecap. @param {Bytes} enc @param {KeyPair} to @param {Bytes} from */
export async function authDecap(enc, to, from) {
  const first = await dh(to.privateKey, await importPoint(enc));
  const second = await dh(to.privateKey, await importPoint(from));
  return kemSecret(first, second, cat(enc, to.publicKey, from));
}

/** KeySchedule (§5.1). @param {Bytes} shared @param {Bytes} info @param {Bytes | null} psk null in mode auth @param {Bytes} pskId @param {Bytes} enc */
export async function keySchedule(shared, info, psk, pskId, enc) {
  const empty = new Uint8Array(0);
  const pskHash = await labeledExtract(hpkeSuite, noSalt, 'psk_id_hash', psk ? pskId : empty);
  const infoHash = await labeledExtract(hpkeSuite, noSalt, 'info_hash', info);
  const context = cat(psk ? modeAuthPsk : modeAuth, pskHash, infoHash);
  const secret = await labeledExtract(hpkeSuite, shared, 'secret', psk ?? empty);
  const key = await labeledExpand(hpkeSuite, secret, 'key', context, 16);
  const base = await labeledExpand(hpkeSuite, secret, 'base_nonce', context, 12);
  return new HpkeContext(enc, await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), base);
}

/** One direction (§5.2). The sequence number travels with each message, since a relay may lose some. */
export class HpkeContext {
  /** @param {Bytes} enc @param {CryptoKey} key @param {Bytes} base */
  constructor(enc, key, base) {
    this.enc = enc;
    this.key = key;
    this.base = base;
  }

  /** @param {number} seq @param {Bytes} aad @param {Bytes} plain @returns {Promise<Bytes>} */
  async seal(seq, aad, plain) {
    return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: xorCounter(this.base, BigInt(seq)), additionalData: aad }, this.key, plain));
  }

  /** @param {number} seq @param {Bytes} aad @param {Bytes} sealed @returns {Promise<Bytes>} refused when not authentic */
  async open(seq, aad, sealed) {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: xorCounter(this.base, BigInt(seq)), additionalData: aad }, this.key, sealed));
  }
}

/** ComputeNonce of RFC 9180 §5.2 and the nonce of RFC 9605 §4.4.3. @param {Bytes} salt @param {bigint} counter @returns {Bytes} */
export function xorCounter(salt, counter) {
  const nonce = salt.slice();
  for (let i = nonce.length - 1, rest = counter; rest > 0n; i--, rest >>= 8n) nonce[i] = /** @type {number} */ (nonce[i]) ^ Number(rest & 255n);
  return nonce;
}
