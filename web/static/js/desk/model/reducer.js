/**
 * The one reducer of the hosts' page. Pure; the clock and the network come in
 * as actions.
 *
 * @typedef {import('./initial.js').State} State
 * @typedef {import('./initial.js').Session} Session
 * @typedef {import('./initial.js').Invite} Invite
 *
 * @typedef {{ type: 'tick', now: number }
 *   | { type: 'about', about: import('../../types.js').About }
 *   | { type: 'language', language: string }
 *   | { type: 'sound', on: boolean }
 *   | { type: 'rehearsal', session: string, phase: import('./initial.js').RehearsalPhase }
 *   | { type: 'ask_signin', code: string, pasted?: string }
 *   | { type: 'pasted', text: string }
 *   | { type: 'signin_failed', code: string, message: string }
 *   | { type: 'ways', ways: import('./initial.js').Ways }
 *   | { type: 'enrol', enrol: Partial<import('./initial.js').Enrol> }
 *   | { type: 'who', who: NonNullable<State['who']> }
 *   | { type: 'signed_out', now: number }
 *   | { type: 'sessions', sessions: Session[], now: number }
 *   | { type: 'refresh_failed', code: string }
 *   | { type: 'account', account: Partial<import('./initial.js').Account> }
 *   | { type: 'go', page: 'list' | 'create' | 'account' }
 *   | { type: 'look', session: string }
 *   | { type: 'busy', what: string }
 *   | { type: 'failed', where: import('./initial.js').Failure['where'], code: string, message: string }
 *   | { type: 'created', session: Session, now: number }
 *   | { type: 'issued', session: string, invite: Invite, added: boolean }
 *   | { type: 'withdrawn', session: string, invite: string }
 *   | { type: 'ended', session: string }
 *   | { type: 'copied', invite: string }
 *   | { type: 'show', invite: string }
 *   | { type: 'dialog', dialog: State['dialog'] }
 *   | { type: 'unlock_too', on: boolean }
 *   | { type: 'add', add: Partial<State['add']> }
 *   | { type: 'said', key: string, params?: Record<string, string | number> }
 *   | import('./form.js').FormAction} Action
 */
import { freshAccount, initial } from './initial.js';
import { outside } from './select.js';
import { newDraft, typed } from './draft.js';
import { onForm } from './form.js';

/** Refusals that are said at the field of the sign-in link. */
const linkCodes = new Set(['incomplete', 'sign_in_required', 'not_allowed', 'unreachable', 'unavailable', 'rate_limited', 'other']);

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'tick':
      return { ...state, now: action.now };
    case 'language':
      return { ...state, language: action.language };
    case 'sound':
      return { ...state, sound: action.on };
    case 'rehearsal':
      return { ...state, rehearsal: { session: action.session, phase: action.phase } };
    case 'about':
      return { ...state, about: action.about };
    case 'ask_signin':
      return { ...state, page: 'signin', busy: '', dialog: null, enrol: null, account: null, who: null, fresh: { ...state.fresh, code: '' }, signin: { ...state.signin, pasted: action.pasted ?? state.signin.pasted, code: action.code, message: '', way: linkCodes.has(action.code) ? 'link' : '', out: false } };
    case 'pasted':
      return { ...state, signin: { ...state.signin, pasted: action.text, code: '', out: false } };
    case 'signin_failed':
      return { ...state, busy: '', signin: { ...state.signin, code: action.code, message: action.message, way: '', out: false } };
    case 'ways':
      return { ...state, signin: { ...state.signin, ways: action.ways } };
    case 'enrol':
      return onEnrol(state, action.enrol);
    case 'who':
      return { ...state, who: action.who };
    case 'signed_out':
      return { ...initial(action.now, state.hostLabel), page: 'signin', about: state.about, language: state.language, sound: state.sound, signin: { ...initial(action.now, '').signin, out: true } };
    case 'sessions':
      return onSessions(state, action.sessions, action.now);
    case 'refresh_failed':
      return { ...state, fresh: { ...state.fresh, code: action.code } };
    case 'busy':
      return { ...state, busy: action.what, failure: null };
    case 'failed':
      return { ...state, busy: '', dialog: null, failure: { where: action.where, code: action.code, message: action.message } };
    case 'said':
      return say(state, action.key, action.params);
    default:
      return onPlaces(state, action);
  }
}

/** Where the host is, and what is unfolded there. @param {State} state @param {Action} action @returns {State} */
function onPlaces(state, action) {
  switch (action.type) {
    case 'account':
      return { ...state, busy: '', account: { ...(state.account ?? freshAccount), code: '', message: '', ...action.account } };
    case 'go':
      return onGo(state, action.page);
    case 'look':
      return { ...elsewhere(state), page: 'session', current: action.session };
    case 'dialog':
      return { ...state, dialog: action.dialog, failure: action.dialog ? null : state.failure };
    case 'unlock_too':
      return state.dialog && 'unlock' in state.dialog ? { ...state, dialog: { ...state.dialog, unlock: action.on } } : state;
    case 'show':
      return { ...state, shown: state.shown === action.invite ? '' : action.invite };
    case 'copied':
      return { ...state, copied: { ...state.copied, [action.invite]: true } };
    case 'add':
      return { ...state, add: { ...state.add, ...action.add }, failure: state.failure?.where === 'add' ? null : state.failure };
    default:
      return onDone(state, action);
  }
}

/** What the server has done. @param {State} state @param {Action} action @returns {State} */
function onDone(state, action) {
  switch (action.type) {
    case 'created':
      return onCreated(state, action.session, action.now);
    case 'issued':
      return onIssued(state, action);
    case 'withdrawn':
      return onWithdrawn(state, action.session, action.invite);
    case 'ended':
      return onEnded(state, action.session);
    default:
      return onForm(state, /** @type {import('./form.js').FormAction} */ (action));
  }
}

/** A place that is left takes its unfinished questions with it; the form is kept. @param {State} state @returns {State} */
const elsewhere = (state) => ({ ...state, account: null, dialog: null, failure: null, shown: '', add: { open: false, label: '', role: 'guest', tried: false } });

/** @param {State} state @param {'list' | 'create' | 'account'} page @returns {State} */
function onGo(state, page) {
  if (page === 'account') return { ...elsewhere(state), page, busy: '', account: { ...freshAccount, ways: state.account?.ways ?? null, codes: state.account?.codes ?? [] } };
  const fresh = page === 'create' && !typed(state.draft);
  return { ...elsewhere(state), page, ...(fresh && { draft: newDraft(state.now, state.hostLabel), tried: false }) };
}

/**
 * The newest list replaces all before it. A session that is not in it has
 * ended: its links are forgotten.
 * @param {State} state
 * @param {Session[]} sessions
 * @param {number} now
 * @returns {State}
 */
function onSessions(state, sessions, now) {
  const next = { ...state, sessions, now, fresh: { code: '', at: now }, ...linksOf(state, sessions) };
  if (outside.has(state.page)) return { ...afterSignIn(next), busy: '' };
  const gone = state.page === 'session' && !sessions.some((s) => s.id === state.current);
  return gone ? { ...elsewhere(next), page: 'list', current: '', failure: { where: 'list', code: 'gone', message: '' } } : next;
}

/** A form that was being filled in when the sign-in ran out is there again. @param {State} state @returns {State} */
const afterSignIn = (state) => ({ ...state, page: typed(state.draft) ? 'create' : 'list', enrol: null, signin: { ...state.signin, pasted: '', code: '', message: '', out: false } });

/** @param {State} state @param {Session[]} sessions */
function linksOf(state, sessions) {
  const alive = new Set(sessions.flatMap((s) => [...s.hosts, ...s.guests].map((i) => i.id)));
  const kept = Object.entries(state.links).filter(([id]) => alive.has(id));
  return kept.length === Object.keys(state.links).length ? {} : { links: Object.fromEntries(kept) };
}

/** @param {State} state @param {Session} session @param {number} now @returns {State} */
function onCreated(state, session, now) {
  const all = [...session.hosts, ...session.guests];
  const links = Object.fromEntries(all.flatMap((i) => (i.link ? [[i.id, i.link]] : [])));
  const next = {
    ...elsewhere(state), page: /** @type {const} */ ('session'), busy: '', current: session.id,
    links: { ...state.links, ...links },
    sessions: [...(state.sessions ?? []), withoutLinks(session)],
    ...(state.page === 'create' && { draft: newDraft(now, state.hostLabel), tried: false, open: { more: false, rules: false } }),
  };
  return say(next, 'desk.said.created');
}

/** @param {Session} session @returns {Session} */
const withoutLinks = (session) => ({ ...session, hosts: session.hosts.map(withoutLink), guests: session.guests.map(withoutLink) });

/** @param {Invite} invite @returns {Invite} */
const withoutLink = ({ link: _, ...invite }) => invite;

/**
 * @param {State} state
 * @param {{ session: string, invite: Invite, added: boolean }} issued
 * @returns {State}
 */
function onIssued(state, { session, invite, added }) {
  const { [invite.id]: _, ...copied } = state.copied;
  const next = {
    ...state, busy: '', dialog: null, failure: null, copied,
    links: invite.link ? { ...state.links, [invite.id]: invite.link } : state.links,
    sessions: changed(state, session, (s) => withInvite(s, withoutLink(invite))),
    add: added ? { open: false, label: '', role: /** @type {const} */ ('guest'), tried: false } : state.add,
  };
  return say(next, added ? 'desk.said.added' : 'desk.said.reissued', { label: invite.label });
}

/** @param {State} state @param {string} id @param {(s: Session) => Session} change */
const changed = (state, id, change) => state.sessions?.map((s) => (s.id === id ? change(s) : s)) ?? null;

/** @param {Session} session @param {Invite} invite @returns {Session} */
function withInvite(session, invite) {
  const list = invite.role === 'host' ? 'hosts' : 'guests';
  const there = session[list].some((i) => i.id === invite.id);
  return { ...session, [list]: there ? session[list].map((i) => (i.id === invite.id ? invite : i)) : [...session[list], invite] };
}

/** @param {State} state @param {string} session @param {string} id @returns {State} */
function onWithdrawn(state, session, id) {
  const { [id]: _, ...links } = state.links;
  const found = state.sessions?.find((s) => s.id === session);
  const invite = found && [...found.hosts, ...found.guests].find((i) => i.id === id);
  const sessions = invite ? changed(state, session, (s) => withInvite(s, { ...invite, state: 'withdrawn' })) : state.sessions;
  return say({ ...state, busy: '', dialog: null, failure: null, links, sessions, shown: '' }, 'desk.said.withdrawn', { label: invite?.label ?? '' });
}

/** @param {State} state @param {string} id @returns {State} */
function onEnded(state, id) {
  const sessions = state.sessions?.filter((s) => s.id !== id) ?? null;
  return { ...elsewhere(state), busy: '', page: 'list', current: '', sessions, ...(sessions && linksOf(state, sessions)), failure: { where: 'list', code: 'ended', message: '' } };
}

/** @param {State} state @param {Partial<import('./initial.js').Enrol>} change @returns {State} */
function onEnrol(state, change) {
  const enrol = /** @type {import('./initial.js').Enrol} */ ({ ...state.enrol, code: '', message: '', ...change });
  return { ...state, page: enrol.recovery.length > 0 ? 'recovery' : 'enrol', busy: '', fresh: { ...state.fresh, code: '' }, enrol };
}

/** @param {State} state @param {string} key @param {Record<string, string | number>} [params] @returns {State} */
const say = (state, key, params = {}) => ({ ...state, said: { n: state.said.n + 1, key, params } });
