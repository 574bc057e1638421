/** A host's signed word on who is in the room (§6). The newest one of any trusted host is the whole truth. */
import { version } from './hello.js';
import { mac } from './secret.js';
import { pointSize, sign, signatureSize, verify } from './seat.js';
import { seatOctets } from './sframe.js';
import { base64, be, cat, compare, lp, Reader, same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./seat.js').RoleOctet} RoleOctet */
/** @typedef {{ seat: string, role: RoleOctet }} Entry */
/** @typedef {{ serial: number, key: Bytes, clear: boolean, entries: Entry[], raw: Bytes }} Statement */

const maxEntries = 256;
const flagClear = 1;

/** @param {string} session @param {Bytes} body */
const statementText = (session, body) => cat('anteroom-e2ee-v1 statement', lp(session), body);

/**
 * @param {string} session @param {CryptoKey} seat
 * @param {{ serial: number, key: Bytes, clear: boolean, entries: Entry[] }} s
 * @param {Bytes | null} authKey when hosts share a secret
 * @returns {Promise<Statement>}
 */
export async function issue(session, seat, s, authKey) {
  const entries = [...s.entries].sort((a, b) => compare(seatOctets(a.seat), seatOctets(b.seat)));
  const list = cat(...entries.map((e) => cat(seatOctets(e.seat), e.role)));
  const body = cat(version, s.clear ? flagClear : 0, be(s.serial, 8), s.key, be(entries.length, 2), list);
  const text = statementText(session, body);
  const raw = cat(body, authKey ? await mac(authKey, text) : new Uint8Array(32), await sign(seat, text));
  return { ...s, entries, raw };
}

/** Checks form and signature, not whether the signer is to be trusted. @param {string} session @param {Bytes} raw @returns {Promise<Statement | null>} */
export async function parseStatement(session, raw) {
  const r = new Reader(raw);
  const v = r.uint(1);
  const flags = r.uint(1);
  const serial = r.uint(8);
  const key = r.take(pointSize);
  const count = r.uint(2);
  if (r.bad || v !== version || (flags & ~flagClear) !== 0 || count > maxEntries) return null;
  const entries = [];
  for (let i = 0; i < count; i++) entries.push({ seat: base64(r.take(16)), role: r.uint(1) });
  const body = raw.slice(0, r.at);
  r.take(32); // the authenticator, which provesHost checks
  const signature = r.take(signatureSize);
  if (!r.done || !ordered(entries) || !(await verify(key, statementText(session, body), signature))) return null;
  return { serial, key, clear: (flags & flagClear) !== 0, entries: /** @type {Entry[]} */ (entries), raw };
}

/** @param {{ seat: string, role: number }[]} entries */
function ordered(entries) {
  return entries.every((e, i) => {
    const before = entries[i - 1];
    return e.role <= 1 && (!before || compare(seatOctets(before.seat), seatOctets(e.seat)) < 0);
  });
}

/** Whether a holder of the host secret made it. @param {Statement} s @param {string} session @param {Bytes} authKey */
export async function provesHost(s, session, authKey) {
  const end = s.raw.length - signatureSize;
  return same(s.raw.slice(end - 32, end), await mac(authKey, statementText(session, s.raw.slice(0, end - 32))));
}

/** What a statement says of a seat. @param {Statement | null} s @param {string} seat @returns {RoleOctet | undefined} */
export const roleIn = (s, seat) => s?.entries.find((e) => e.seat === seat)?.role;

/** By serial, and of two with the same serial by octets. @param {Statement} s @param {Statement | null} than */
export const isNewer = (s, than) => !than || s.serial > than.serial || (s.serial === than.serial && compare(s.raw, than.raw) > 0);
