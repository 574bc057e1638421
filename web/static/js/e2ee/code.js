/** From the circle of members and what they commit to, to the safety code (§7). */
import { seatOctets } from './sframe.js';
import { be, cat, compare, lp, sha256 } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {{ seat: string, role: import('./seat.js').RoleOctet, key: Bytes, dh: Bytes }} Member one page load of one seat */

/** @param {Member[]} all */
export const sortMembers = (all) => all.sort((a, b) => compare(seatOctets(a.seat), seatOctets(b.seat)));

/** Names a circle: who is in it, as what, with which keys. @param {string} session @param {Member[]} all sorted */
export const membersHash = (session, all) =>
  sha256('anteroom-e2ee-v1 members', lp(session), be(all.length, 2), ...all.map((m) => cat(m.role, m.key, m.dh)));

/** @param {string} session @param {Bytes} members @param {number} epoch @param {string} seat @param {Bytes} nonce */
export const commitment = (session, members, epoch, seat, nonce) =>
  sha256('anteroom-e2ee-v1 commit', lp(session), members, be(epoch, 4), seatOctets(seat), nonce);

/** @param {Bytes} members @param {number} epoch @param {Bytes[]} commits in the order of members */
export const roundHash = (members, epoch, commits) => sha256('anteroom-e2ee-v1 round', members, be(epoch, 4), ...commits);

/** Six digits. @param {Bytes} round @param {Bytes[]} nonces in the order of members */
export async function safetyCode(round, nonces) {
  const sum = await sha256('anteroom-e2ee-v1 code', round, ...nonces);
  return (new DataView(sum.buffer).getBigUint64(0) % 1_000_000n).toString().padStart(6, '0');
}
