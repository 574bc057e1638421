/** Who is let in, on whose word (§6). */
import { statementKey } from './secret.js';
import { guest, host, seatOf } from './seat.js';
import { isNewer, issue, parseStatement, provesHost, roleIn } from './statement.js';
import { vouchFor } from './times.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./peers.js').Peer} Peer */
/** @typedef {import('./seat.js').RoleOctet} RoleOctet */

/** A guest without a link secret trusts the first host that it meets: the safety code is the check (§4.4). @param {Agreement} a */
export function pin(a) {
  if (a.role === host || a.pair || a.hosts.size > 0) return;
  const first = a.circlePeers().find((p) => p.person.role === 'host' && p.person.with && p.hello && !p.refused);
  if (first) a.hosts.add(first.seat);
}

/** Whether p can be vouched for, once this host's person lets it in. @param {Agreement} a @param {Peer} p */
export const isProven = (a, p) => proven(a, p, a.wanted.get(p.seat) === true);

/** What a seat is, or null when no key may go to it (§6.3). @param {Agreement} a @param {Peer} p @returns {RoleOctet | null} */
export function trust(a, p) {
  if (!p.hello || p.refused || !p.present || !p.person.with) return null;
  if (p.person.door) {
    const anyway = a.door.get(p.seat);
    return anyway !== undefined && proven(a, p, anyway) ? guest : null;
  }
  if (a.hosts.has(p.seat)) return host;
  return roleIn(a.statement, p.seat) ?? null;
}

/** Whether a seat has shown the link secret, where one is to be expected, or a person decided to do without. @param {Agreement} a @param {Peer} p @param {boolean} anyway */
const proven = (a, p, anyway) => !a.hostSecret || p.proof !== '' || anyway;

/** Takes a newer statement of somebody whose word counts. @param {Agreement} a @param {Bytes} raw */
export async function onStatement(a, raw) {
  const s = await parseStatement(a.session, raw);
  if (s && isNewer(s, a.statement) && (await hasAuthority(a, s))) a.statement = s;
}

/** @param {Agreement} a @param {import('./statement.js').Statement} s */
async function hasAuthority(a, s) {
  const signer = await seatOf(a.session, s.key);
  if (signer === a.seat) return a.role === host;
  if (a.hosts.has(signer) || roleIn(a.statement, signer) === host) return true;
  return a.hostSecret !== null && provesHost(s, a.session, await statementKey(a.hostSecret, a.session));
}

/** Issues a new statement when the newest one is not what this host stands for. @param {Agreement} a @param {number} now */
export async function vouch(a, now) {
  if (a.role !== host) return;
  const { roles, removed } = standsFor(a);
  if (agrees(a, roles)) {
    a.vouchAt = 0;
    return;
  }
  if (!removed && holdVouch(a, now)) return;
  const serial = Math.max((a.statement?.serial ?? 0) + 1, Math.floor(now));
  const entries = [...roles].map(([seat, role]) => ({ seat, role }));
  a.statement = await issue(a.session, a.signKey, { serial, key: a.key, clear: a.clear, entries }, a.hostSecret && (await statementKey(a.hostSecret, a.session)));
  a.vouchAt = 0;
  for (const p of a.circlePeers()) if (roles.has(p.seat)) p.out.statement = a.statement.raw;
}

/** Whom the newest statement has and who did not go since, the hosts that this one trusts, and whom its person let in. @param {Agreement} a */
function standsFor(a) {
  /** @type {Map<string, RoleOctet>} */
  const roles = new Map([[a.seat, /** @type {RoleOctet} */ (host)]]);
  let removed = false;
  for (const e of a.statement?.entries ?? []) {
    if (a.gone.has(e.seat) && e.seat !== a.seat) removed = true;
    else roles.set(e.seat, e.role);
  }
  for (const p of a.circlePeers()) {
    if (roles.has(p.seat) || !p.hello || p.refused || p.person.door) continue;
    const role = letIn(a, p);
    if (role === null) continue;
    a.gone.delete(p.seat);
    roles.set(p.seat, role);
  }
  return { roles, removed };
}

/** @param {Agreement} a @param {Peer} p @returns {RoleOctet | null} */
function letIn(a, p) {
  if (a.hosts.has(p.seat) || p.proof === 'host') return host;
  const anyway = a.wanted.get(p.seat);
  if (anyway === undefined || !proven(a, p, anyway)) return null;
  if (p.proof === 'guest') return guest; // whatever the gateway says
  return p.person.role === 'host' ? host : guest;
}

/** A host that is alone needs no statement. @param {Agreement} a @param {Map<string, RoleOctet>} roles */
function agrees(a, roles) {
  const s = a.statement;
  if (!s) return roles.size === 1 && !a.clear;
  return s.clear === a.clear && s.entries.length === roles.size && s.entries.every((e) => roles.get(e.seat) === e.role);
}

/** Waits a moment for others who were let in and are about to announce themselves, so that one statement does for all. @param {Agreement} a @param {number} now */
function holdVouch(a, now) {
  a.vouchAt ||= now + vouchFor;
  return now < a.vouchAt && a.circlePeers().some((p) => a.wanted.has(p.seat) && !p.hello && p.person.online && p.person.capable && !p.late);
}
