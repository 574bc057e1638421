/** What the page shows, when something is due, and what a reload needs. */
import { lacks } from './greet.js';
import { hasMember } from './peers.js';
import { isAhead, owes } from './rotate.js';
import { adoptAfter, answerSpacing, gatherFor, switchAfter } from './times.js';
import { isProven, trust } from './vouch.js';
import { host } from './seat.js';
import { base64 } from './wire.js';

/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./peers.js').Peer} Peer */

/**
 * Ready: keys are exchanged. Joining: it has not announced itself yet.
 * Unvouched: no host let it in. Unproved: it did not show the link secret that
 * its link should have. Refused: it showed something wrong.
 * @typedef {'ready' | 'joining' | 'unvouched' | 'unproved' | 'refused'} Standing
 *
 * @typedef {object} Status
 * @property {number} epoch
 * @property {string} code the safety code; empty while it is being made, or nobody is there
 * @property {boolean} mismatch others were shown something else than this seat: somebody is tampering
 * @property {boolean} clear a host allowed sending without encryption
 * @property {Record<string, { standing: Standing, proved: boolean }>} people by seat
 *
 * @typedef {object} Kept holds no secret, but must not be altered
 * @property {number} serial
 * @property {string[]} hosts
 * @property {string} statement
 * @property {string[]} wanted
 * @property {string[]} gone
 */

/** @param {Agreement} a @returns {Status} */
export function statusOf(a) {
  const clear = Boolean(a.statement?.clear) && !a.hostSecret && !a.pair;
  const people = Object.fromEntries(a.circlePeers().map((p) => [p.seat, { standing: standing(a, p), proved: p.proof !== '' }]));
  return { epoch: a.epoch, code: a.current?.round?.code ?? '', mismatch: a.mismatch, clear, people };
}

/** @param {Agreement} a @param {Peer} p @returns {Standing} */
function standing(a, p) {
  if (p.refused) return 'refused';
  if (trust(a, p) !== null) return 'ready';
  if (!p.hello || (a.wanted.has(p.seat) && isProven(a, p))) return 'joining';
  return !p.proof && shouldProve(a, p) ? 'unproved' : 'unvouched';
}

/** Whether a proof is what keeps p out. @param {Agreement} a @param {Peer} p */
function shouldProve(a, p) {
  if (a.role !== host) return a.pair !== null && p.person.role === 'host';
  return a.hostSecret !== null && (a.wanted.has(p.seat) || a.door.has(p.seat) || p.person.role === 'host');
}

/** When a tick has something to do; Infinity when nothing is pending. @param {Agreement} a */
export function dueOf(a) {
  const times = [a.grewAt && a.grewAt + gatherFor, a.vouchAt];
  if (a.current && a.pending) times.push(a.current.at + switchAfter);
  if (a.current && isAhead(a, a.current)) times.push(a.current.at + adoptAfter);
  for (const p of a.circlePeers()) times.push(...duePeer(a, p));
  return Math.min(...times.filter((t) => t > 0), Infinity);
}

/** @param {Agreement} a @param {Peer} p */
function duePeer(a, p) {
  const times = [p.oldUntil];
  if (lacks(a, p) && p.reachable) times.push(p.helloAt);
  if (p.answer) times.push(p.helloWas + answerSpacing);
  if (a.current && p.person.online && hasMember(a.current.members, p) && owes(a, a.current, p)) times.push(p.retryAt);
  return times;
}

/** @param {Agreement} a @returns {Kept} */
export function keepOf(a) {
  return { serial: a.serial, hosts: [...a.hosts], statement: a.statement ? base64(a.statement.raw) : '', wanted: [...a.wanted.keys()], gone: [...a.gone] };
}
