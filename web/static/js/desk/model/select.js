/** What the views read out of the state. Pure. */
import { problemsOf, typed } from './draft.js';

/** @typedef {import('./initial.js').State} State */
/** @typedef {import('./initial.js').Session} Session */
/** @typedef {import('./initial.js').Invite} Invite */

/** Pages of whoever is not signed in yet, or is about to be. */
export const outside = new Set(['loading', 'signin', 'enrol', 'recovery']);

/** @param {State} s @returns {Session | undefined} */
export const current = (s) => s.sessions?.find((one) => one.id === s.current);

/** @param {Session} session */
export const everyone = (session) => [...session.hosts, ...session.guests];

/** States in which somebody is, or wants to be, in the room. */
const present = new Set(['waiting', 'in', 'held']);

/** How many guests are in and at the door, and how many are awaited. @param {Session} session */
export function counts(session) {
  const of = (/** @type {string} */ state) => session.guests.filter((g) => g.state === state).length;
  const alive = session.guests.filter((g) => g.state !== 'withdrawn' && g.state !== 'removed').length;
  return { in: of('in'), waiting: of('waiting') + of('held'), expected: of('expected'), alive };
}

/** @param {Invite} invite */
export const canWithdraw = (invite) => invite.state !== 'withdrawn' && invite.state !== 'removed';

/** @param {Invite} invite */
export const isHere = (invite) => present.has(invite.state);

/** The mistakes of the form by field, once it was tried. @param {State} s */
export function shownProblems(s) {
  return s.tried ? problemsOf(s.draft, s.now) : [];
}

/** The label that cannot be added to a session, and why: a key of the catalogue. @param {State} s */
export function addProblem(s) {
  const label = s.add.label.trim();
  const session = current(s);
  if (label === '') return 'desk.problem.no_label';
  if ([...label].length > 40) return 'desk.problem.long_label';
  const same = session && everyone(session).some((i) => i.state !== 'withdrawn' && i.label.toLowerCase() === label.toLowerCase());
  return same ? 'desk.problem.same' : '';
}

/** Who waits where no host is in to see it: the room tells of the others itself. @param {Session[] | null} sessions */
export const unseen = (sessions) =>
  (sessions ?? []).filter((one) => !one.hosts.some((i) => i.state === 'in')).flatMap((one) => one.guests.filter((i) => i.state === 'waiting').map((i) => i.id));

/** So few recovery codes that it is time for new ones. @param {{ password: boolean, recovery: number }} has */
export const fewCodes = ({ password, recovery }) => password && recovery <= 2;

/** Whether closing the page would lose a form, or a link or recovery codes that nobody has yet. @param {State} s */
export const unsaved = (s) => s.page === 'recovery' || (s.account?.codes.length ?? 0) > 0 || typed(s.draft) || Object.keys(s.links).some((id) => !s.copied[id]);

/**
 * What has changed for somebody between two lists: who came to the door, who
 * came in, who left.
 * @param {Session[] | null} before
 * @param {Session[]} now
 * @returns {{ key: string, params: { label: string } }[]}
 */
export function newsOf(before, now) {
  if (!before) return [];
  const old = new Map(before.flatMap(everyone).map((i) => [i.id, i.state]));
  return now.flatMap(everyone).flatMap((i) => {
    const was = old.get(i.id);
    if (was === undefined || was === i.state || !['waiting', 'in', 'left', 'suspended'].includes(i.state)) return [];
    return [{ key: `desk.news.${i.state}`, params: { label: i.label } }];
  });
}
