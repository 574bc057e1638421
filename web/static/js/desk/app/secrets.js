/**
 * The secrets of end-to-end encryption that links carry behind their token
 * (docs/e2ee.md §4). They are made here, in the host's browser, kept only while
 * this page is open, and never sent: the gateway knows links without them.
 */
import { claimsOf } from '../../link/link.js';
import { linkSecret, newHostSecret, withSecret } from '../../e2ee/secret.js';

/** @typedef {import('../types.js').Session} Session */
/** @typedef {import('../types.js').Invite} Invite */

export class Secrets {
  constructor() {
    /** The root of each session's secrets. @type {Map<string, import('../../e2ee/wire.js').Bytes>} */
    this.roots = new Map();
  }

  /** Gives a new session a root, and all of its links their secret. @param {Session} session @returns {Promise<Session>} */
  async protect(session) {
    this.roots.set(session.id, newHostSecret());
    const all = (/** @type {Invite[]} */ invites) => Promise.all(invites.map((i) => this.protectInvite(session.id, i)));
    return { ...session, hosts: await all(session.hosts), guests: await all(session.guests) };
  }

  /**
   * A link of a session that was made elsewhere, or before a reload of this
   * page, stays without: then the host is asked when its person comes.
   * @param {string} session @param {Invite} invite @returns {Promise<Invite>}
   */
  async protectInvite(session, invite) {
    const root = this.roots.get(session);
    const claims = claimsOf(invite.link?.split('#')[1] ?? '');
    if (!root || !invite.link || !claims) return invite;
    const secret = invite.role === 'host' ? root : await linkSecret(root, session, invite.id, claims.jti);
    return { ...invite, link: withSecret(invite.link, secret) };
  }
}
