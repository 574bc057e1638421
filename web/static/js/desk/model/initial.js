/**
 * All that the hosts' page knows. Only the reducer makes a new one. Links are
 * here and nowhere else: they go when the page does.
 *
 * @typedef {import('../types.js').Session} Session
 * @typedef {import('../types.js').Invite} Invite
 *
 * @typedef {object} State
 * @property {'loading' | 'signin' | 'enrol' | 'recovery' | 'list' | 'create' | 'session' | 'account'} page
 * @property {number} now ms
 * @property {import('../../types.js').About | null} about
 * @property {string} hostLabel what a host is called when nothing else is said
 * @property {{ pasted: string, code: string, message: string, way: '' | 'link', out: boolean, ways: Ways | null }} signin code: why it failed, and with which way; out: has just signed out; ways: null until they are known
 * @property {Enrol | null} enrol the account that is being set up
 * @property {Account | null} account what is being done about how the host signs in
 * @property {{ name: string, recovery: number, password: boolean } | null} who is signed in; an empty name is the operator
 * @property {string} busy what is under way: '', 'signin', 'create', 'add', or the kind of a dialog
 * @property {Session[] | null} sessions null before the first answer
 * @property {{ code: string, at: number }} fresh code: why the last refresh failed, or ''; at: when the last one succeeded
 * @property {string} current the session that is looked at
 * @property {Record<string, string>} links by invite: those made since this page was opened
 * @property {Record<string, boolean>} copied invites whose link was copied or opened
 * @property {string} shown the invite whose invitation is unfolded
 * @property {import('../types.js').Draft} draft
 * @property {boolean} tried the form was sent once: its mistakes are shown
 * @property {{ more: boolean, rules: boolean }} open parts of the form that are unfolded
 * @property {string} language of the words on the page
 * @property {boolean} sound a soft sound when somebody comes to the door
 * @property {{ session: string, phase: RehearsalPhase } | null} rehearsal the session in which this page plays a guest
 * @property {Failure | null} failure the last thing that did not work, or that ended
 * @property {Dialog | null} dialog
 * @property {{ open: boolean, label: string, role: import('../types.js').Role, tried: boolean }} add one more person for the current session
 * @property {{ n: number, key: string, params: Record<string, string | number> }} said the last thing that was done, for those who hear the page
 *
 * @typedef {'preparing' | 'waiting' | 'in' | 'held' | 'declined' | 'greeted' | 'connecting' | 'paused' | 'over' | 'failed'} RehearsalPhase
 *
 * @typedef {{ link: boolean, password: boolean, passkey: boolean, provider: string }} Ways
 * @typedef {{ secret: string, link: string, qr: string[] }} Totp
 * @typedef {{ token: string, name: string, totp: Totp, passkey: boolean, code: string, message: string, recovery: string[] }} Enrol
 *
 * @typedef {{ app: string, totp: Totp }} NewApp an authenticator app that can be set up
 * @typedef {{ name: string, provider: boolean, passkey: string, usable: boolean, passkeys: { id: string, name: string, added?: string }[], password: boolean, recovery: number }} OwnWays usable: passkeys can be used here
 * @typedef {{ kind: 'confirm', code: string } | { kind: 'remove', id: string, name: string } | { kind: 'recovery' }} Question code: why the last try to confirm failed
 *
 * @typedef {object} Account
 * @property {OwnWays | null} ways null until they are known
 * @property {'' | 'passkey' | 'password' | 'app'} part which form is unfolded
 * @property {NewApp | null} app
 * @property {string[]} codes recovery codes, shown this once
 * @property {Question | null} question
 * @property {string} done what was just done
 * @property {string} code why it was not, if it was not
 * @property {string} message
 *
 * @typedef {{ where: 'create' | 'session' | 'add' | 'list' | 'copy', code: string, message: string }} Failure
 *
 * @typedef {{ kind: 'reissue' | 'withdraw', session: string, invite: string, label: string, role: import('../types.js').Role, locked: boolean, unlock: boolean }
 *   | { kind: 'end', session: string }
 *   | { kind: 'add_locked', session: string, label: string }} Dialog
 */
import { newDraft } from './draft.js';

/** @type {Account} */
export const freshAccount = { ways: null, part: '', app: null, codes: [], question: null, done: '', code: '', message: '' };

/**
 * @param {number} now ms
 * @param {string} hostLabel
 * @returns {State}
 */
export const initial = (now, hostLabel) => ({
  page: 'loading',
  now,
  about: null,
  hostLabel,
  signin: { pasted: '', code: '', message: '', way: '', out: false, ways: null },
  enrol: null,
  account: null,
  who: null,
  busy: '',
  sessions: null,
  fresh: { code: '', at: 0 },
  current: '',
  links: {},
  copied: {},
  shown: '',
  draft: newDraft(now, hostLabel),
  tried: false,
  open: { more: false, rules: false },
  language: 'en',
  sound: true,
  rehearsal: null,
  failure: null,
  dialog: null,
  add: { open: false, label: '', role: 'guest', tried: false },
  said: { n: 0, key: '', params: {} },
});
