/** Announcing this page load, and judging those of others (§4.3, §5.1). */
import { flagAsk, proofGuest, proofHost, proves, sealHello } from './hello.js';
import { hasMember, refuse, renew } from './peers.js';
import { hostsSecret, linkSecret, pairKeys } from './secret.js';
import { base64 } from './wire.js';
import { answerSpacing, slowestRetry } from './times.js';

/** @typedef {import('./agreement.js').Agreement} Agreement */
/** @typedef {import('./peers.js').Peer} Peer */
/** @typedef {import('./hello.js').Hello} Hello */

/** One from an earlier page load, or another one with the same serial, changes nothing. @param {Agreement} a @param {number} now @param {Peer} p @param {Hello} h */
export async function onHello(a, now, p, h) {
  if (!p.hello || h.serial > p.hello.serial) {
    renew(a, now, p, h);
    p.answer = true;
  } else if (h.serial < p.hello.serial || base64(h.key) !== base64(p.hello.key) || base64(h.dh) !== base64(p.hello.dh)) {
    return;
  }
  if (p.hello) p.hello.epoch = Math.max(p.hello.epoch, h.epoch);
  p.answer ||= (h.flags & flagAsk) !== 0;
  await judge(a, p, h);
}

/** Checks a proof, if there is one that this seat can check. A wrong one ends the exchange with that page load. @param {Agreement} a @param {Peer} p @param {Hello} h */
async function judge(a, p, h) {
  if (!h.proof || !p.hello || p.refused || p.proof) return;
  const want = await expected(a, h);
  if (!want) return;
  if (!(await proves(h, want.direction, want.keys.proof))) return refuse(a, p, 'proof');
  p.proof = want.shown;
  p.pair = want.keys;
  p.hello.invite = h.invite;
  p.hello.jti = h.jti;
  if (want.shown === 'host') a.hosts.add(p.seat);
  if (want.shown === 'guest') {
    p.answer = true; // now this seat can prove itself too
    p.helloWas = 0;
  }
}

/** What a hello's proof must have been made with; null when it is not meant for this seat. @param {Agreement} a @param {Hello} h */
async function expected(a, h) {
  const root = a.hostSecret;
  if (root && h.invite === '' && h.jti === '') {
    return { direction: proofHost, shown: /** @type {const} */ ('host'), keys: await pairKeys(await hostsSecret(root, a.session), a.session) };
  }
  if (root) {
    return { direction: proofGuest, shown: /** @type {const} */ ('guest'), keys: await pairKeys(await linkSecret(root, a.session, h.invite, h.jti), a.session) };
  }
  if (a.pair && h.invite === a.invite && h.jti === a.jti) return { direction: proofHost, shown: /** @type {const} */ ('host'), keys: a.pair };
  return null;
}

/** How this seat proves itself to p, null when it cannot. @param {Agreement} a @param {Peer} p @returns {Promise<import('./hello.js').LinkProof | null>} */
async function ownProof(a, p) {
  if (a.pair) return { direction: proofGuest, invite: a.invite, jti: a.jti, key: a.pair.proof };
  if (!a.hostSecret) return null;
  if (p.proof === 'guest' && p.pair && p.hello) return { direction: proofHost, invite: p.hello.invite, jti: p.hello.jti, key: p.pair.proof };
  if (p.person.role !== 'host') return null;
  const { proof } = await pairKeys(await hostsSecret(a.hostSecret, a.session), a.session);
  return { direction: proofHost, invite: '', jti: '', key: proof };
}

/** Announces this page load to whoever does not know it, again and again until they answer. @param {Agreement} a @param {number} now */
export async function greet(a, now) {
  for (const p of a.circlePeers()) {
    const asks = lacks(a, p) && p.reachable && now >= p.helloAt;
    if (asks || (p.answer && now >= p.helloWas + answerSpacing)) await sendHello(a, now, p);
  }
}

/** Whether something of p's announcement is missing. @param {Agreement} a @param {Peer} p */
export const lacks = (a, p) => !p.hello || (!p.refused && !p.proof && a.pair !== null && p.person.role === 'host');

/** @param {Agreement} a @param {number} now @param {Peer} p */
async function sendHello(a, now, p) {
  const h = { serial: a.serial, epoch: meets(a, p), key: a.key, dh: a.own.publicKey, flags: lacks(a, p) ? flagAsk : 0 };
  const message = await sealHello(a.session, a.signKey, h, await ownProof(a, p));
  p.answer = false;
  p.helloWas = now;
  p.helloAt = now + p.helloGap;
  p.helloGap = Math.min(2 * p.helloGap, slowestRetry);
  a.emit({ type: 'send', to: p.seat, box: message });
}

/** The hint for p: its first epoch with this seat will be the next one. @param {Agreement} a @param {Peer} p */
const meets = (a, p) => (a.current && hasMember(a.current.members, p) ? a.epoch - 1 : a.epoch);
