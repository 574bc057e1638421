/** The circle of members and this seat's key for it (§7). */
import { commitment, membersHash, sortMembers } from './code.js';
import { ackKey } from './items.js';
import { dropPeer, hasLoad } from './peers.js';
import { acknowledge } from './receive.js';
import { host } from './seat.js';
import { adoptAfter, firstRetry, gatherFor, keepOld, slowestRetry, switchAfter } from './times.js';
import { trust } from './vouch.js';
import { random, same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./peers.js').Peer} Peer */
/** @typedef {import('./code.js').Member} Member */

/**
 * @typedef {object} Group
 * @property {number} epoch
 * @property {number} at
 * @property {Member[]} members sorted, this seat among them
 * @property {Bytes} hash
 * @property {Bytes} key
 * @property {Bytes} private
 * @property {Bytes} nonce
 * @property {Bytes} commit
 * @property {boolean} grown
 * @property {{ hash: Bytes, commits: Map<string, Bytes>, code: string } | null} round
 */

/** @param {Member[]} a @param {Member[]} b both sorted */
const sameMembers = (a, b) => a.length === b.length && a.every((m, i) => b[i]?.seat === m.seat && b[i].role === m.role && same(b[i].dh, m.dh));

/** Every member but this seat. @param {Agreement} a @param {Member[]} members @returns {[Peer, Member][]} */
export const others = (a, members) => members.filter((m) => m.seat !== a.seat).map((m) => [a.peer(m.seat), m]);

/** Who gets this seat's key now. @param {Agreement} a */
function membersNow(a) {
  /** @type {Member[]} */
  const all = [{ seat: a.seat, role: a.role, key: a.key, dh: a.own.publicKey }];
  for (const p of a.circlePeers()) {
    const role = trust(a, p);
    if (role !== null && p.hello) all.push({ seat: p.seat, role, key: p.hello.key, dh: p.hello.dh });
  }
  return sortMembers(all);
}

/** A new key when the circle has changed: at once when somebody went, with a moment's patience for all newcomers otherwise. @param {Agreement} a @param {number} now */
export async function regroup(a, now) {
  const members = membersNow(a);
  if (a.current && sameMembers(a.current.members, members)) {
    a.grewAt = 0;
    return;
  }
  const shrunk = a.current !== null && a.current.members.some((m) => !hasLoad(members, m.seat, m.dh));
  if (shrunk || !gathering(a, now, members)) await rotate(a, now, members, await membersHash(a.session, members), shrunk);
}

/** Whether to wait for people who are there but not ready. @param {Agreement} a @param {number} now @param {Member[]} members */
function gathering(a, now, members) {
  a.grewAt ||= now;
  const over = now >= a.grewAt + gatherFor;
  const missing = a.circlePeers().filter((p) => p.reachable && !p.refused && !p.late && !members.some((m) => m.seat === p.seat));
  if (over) for (const p of missing) p.late = true;
  return !over && missing.length > 0;
}

/** Makes a new key for members and hands it out. @param {Agreement} a @param {number} now @param {Member[]} members @param {Bytes} hash @param {boolean} shrunk */
async function rotate(a, now, members, hash, shrunk) {
  const before = a.current;
  const epoch = nextEpoch(a, members, hash);
  const nonce = random(32);
  const commit = await commitment(a.session, hash, epoch, a.seat, nonce);
  /** @type {Group} */
  const g = { epoch, at: now, members, hash, key: random(32), private: random(32), nonce, commit, grown: a.pending && before !== null && before.grown, round: null };
  a.current = g;
  a.epoch = epoch;
  a.mismatch = false;
  a.grewAt = 0;
  for (const [p, m] of others(a, before?.members ?? [])) if (!hasLoad(members, m.seat, m.dh)) dropPeer(a, p);
  for (const [p, m] of others(a, members)) {
    g.grown ||= !before || !hasLoad(before.members, m.seat, m.dh);
    p.out.key = keyItem(a, g, m);
    p.retryAt = now + firstRetry;
    p.retryGap = firstRetry;
  }
  a.pending = true;
  if (shrunk || members.length === 1) use(a, g);
}

/** The key as it goes to a member. @param {Agreement} a @param {Group} g @param {Member} m @returns {import('./items.js').KeyItem} */
const keyItem = (a, g, m) => ({ epoch: g.epoch, statement: a.statement?.serial ?? 0, members: g.hash, commit: g.commit, key: g.key, private: m.role === host ? g.private : null });

/** The epoch in which all will meet: one that a member has announced for this very circle, or one above all that were heard of. @param {Agreement} a @param {Member[]} members @param {Bytes} hash */
function nextEpoch(a, members, hash) {
  let next = a.epoch + 1;
  for (const [p] of others(a, members)) {
    const k = p.key;
    const heard = k && same(k.members, hash) ? k.epoch : Math.max(p.hello?.epoch ?? 0, k?.epoch ?? 0) + 1;
    next = Math.max(next, heard);
  }
  return next;
}

/** Follows a member that is ahead with the same circle, so that all get to one code; not more often than codes can be read. @param {Agreement} a @param {number} now */
export async function adopt(a, now) {
  const g = a.current;
  if (g && isAhead(a, g) && now >= g.at + adoptAfter) await rotate(a, now, g.members, g.hash, false);
}

/** @param {Agreement} a @param {Group} g */
export const isAhead = (a, g) => others(a, g.members).some(([p]) => p.key !== null && p.key.epoch > a.epoch && same(p.key.members, g.hash));

/** Takes the members' newest keys into use and tells them. @param {Agreement} a @param {number} now */
export function install(a, now) {
  for (const [p] of others(a, a.current?.members ?? [])) {
    const k = p.key;
    if (!k || p.refused || k.epoch <= Math.max(p.installed, p.dropped)) continue;
    if (p.installed !== 0) p.oldUntil = now + keepOld;
    p.installed = k.epoch;
    a.emit({ type: 'receive', seat: p.seat, epoch: k.epoch, key: k.key, private: k.private });
    acknowledge(a, p, k.epoch, ackKey);
  }
}

/** Forgets keys that newer ones have replaced. @param {Agreement} a @param {number} now */
export function expire(a, now) {
  for (const p of a.peers.values()) {
    if (p.oldUntil === 0 || now < p.oldUntil) continue;
    p.oldUntil = 0;
    a.emit({ type: 'forget', seat: p.seat, before: p.installed });
  }
}

/** Begins to use the new key when all have it, or when it is time. @param {Agreement} a @param {number} now */
export function switchOver(a, now) {
  const g = a.current;
  if (!g || !a.pending) return;
  if (now >= g.at + switchAfter || others(a, g.members).every(([p]) => p.ackKey === a.epoch)) use(a, g);
}

/** @param {Agreement} a @param {Group} g */
function use(a, g) {
  a.pending = false;
  a.emit({ type: 'use', epoch: g.epoch, key: g.key, private: g.private, grown: g.grown });
}

/** Sends again what a member has not acknowledged. @param {Agreement} a @param {number} now */
export function retry(a, now) {
  const g = a.current;
  if (!g) return;
  for (const [p, m] of others(a, g.members)) {
    if (!owes(a, g, p) || !p.person.online || now < p.retryAt) continue;
    p.retryAt = now + p.retryGap;
    p.retryGap = Math.min(2 * p.retryGap, slowestRetry);
    if (p.ackKey !== a.epoch) p.out.key = keyItem(a, g, m);
    if (g.round && p.ackReveal !== a.epoch) p.out.reveal = { epoch: g.epoch, round: g.round.hash, nonce: g.nonce };
  }
}

/** @param {Agreement} a @param {Group} g @param {Peer} p */
export const owes = (a, g, p) => p.ackKey !== a.epoch || (g.round !== null && p.ackReveal !== a.epoch);
