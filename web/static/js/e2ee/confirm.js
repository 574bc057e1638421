/** The exchange that leads to the safety code (§7.3). Once a round exists, what everybody committed to is fixed. */
import { commitment, roundHash, safetyCode } from './code.js';
import { refuse } from './peers.js';
import { others } from './rotate.js';
import { same } from './wire.js';

/** @typedef {import('./wire.js').Bytes} Bytes */
/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./rotate.js').Group} Group */

/** Reveals this seat's part once all others have committed to theirs, and makes the code once all have revealed. @param {Agreement} a */
export async function confirm(a) {
  const g = a.current;
  if (!g || g.members.length < 2 || g.round?.code) return;
  g.round ??= await fix(a, g);
  if (g.round) await check(a, g, g.round);
}

/** Begins the round if everybody's commitment is here. @param {Agreement} a @param {Group} g */
async function fix(a, g) {
  const commits = new Map([[a.seat, g.commit]]);
  for (const [p] of others(a, g.members)) {
    if (p.key && p.key.epoch === g.epoch && same(p.key.members, g.hash) && !p.refused) commits.set(p.seat, p.key.commit);
  }
  const all = inOrder(g, commits);
  if (!all) return null;
  const hash = await roundHash(g.hash, g.epoch, all);
  for (const [p] of others(a, g.members)) p.out.reveal = { epoch: g.epoch, round: hash, nonce: g.nonce };
  return { hash, commits, code: '' };
}

/** Compares what was revealed with what was committed to. @param {Agreement} a @param {Group} g @param {NonNullable<Group['round']>} round */
async function check(a, g, round) {
  const nonces = new Map([[a.seat, g.nonce]]);
  for (const [p] of others(a, g.members)) {
    const v = p.reveal;
    if (!v || v.epoch !== g.epoch || p.refused) continue;
    const committed = round.commits.get(p.seat);
    if (!same(v.round, round.hash)) a.mismatch = true; // they were shown other commitments than we
    else if (!committed || !same(await commitment(a.session, g.hash, g.epoch, p.seat, v.nonce), committed)) refuse(a, p, 'commitment');
    else nonces.set(p.seat, v.nonce);
  }
  const all = inOrder(g, nonces);
  if (all) round.code = await safetyCode(round.hash, all);
}

/** One for each member, or null. @param {Group} g @param {Map<string, Bytes>} by */
function inOrder(g, by) {
  const all = g.members.flatMap((m) => by.get(m.seat) ?? []);
  return all.length === g.members.length ? all : null;
}
