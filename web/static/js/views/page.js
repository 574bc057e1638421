/** The whole page for a state. */
import { h } from '../ui/tree.js';
import { guestAtDoor, onBreak, phaseOf, reconnecting } from '../state/select.js';
import { button } from './parts.js';
import { loading, paste, refused } from './paste.js';
import { welcome } from './welcome.js';
import { check } from './check.js';
import { waiting } from './waiting.js';
import { room } from './room.js';
import { dialog } from './dialog.js';
import { help } from './help.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env @returns {import('../ui/tree.js').Child[]} */
export function page(env) {
  return [main(env), dialog(env), help(env)].filter((x) => x !== null);
}

/** @param {Env} env */
function main(env) {
  const phase = phaseOf(env.s);
  switch (phase) {
    case 'loading':
      return loading(env);
    case 'paste':
      return paste(env);
    case 'refused':
      return refused(env);
    case 'welcome':
    case 'too_early':
      return welcome(env);
    case 'check':
      return check(env);
    case 'connecting':
    case 'waiting':
    case 'knocking':
    case 'held':
    case 'declined':
      return waiting(env, phase);
    default:
      return room(env);
  }
}

/** Always in reach. @param {Env} env @returns {import('../ui/tree.js').Child[]} */
export const exit = ({ s, t, act }) => [
  ...(s.about?.crisis ? [button(t('help.button'), () => act.help(true), { key: 'help', look: 'quiet exit' })] : []),
  button(t('exit.button'), () => act.quickExit(), { key: 'exit', look: 'quiet exit', title: t('exit.title') }),
];

/** The phase in words. @param {Env} env */
export function status({ s, t }) {
  if (reconnecting(s)) return t('status.reconnecting');
  const visitor = guestAtDoor(s);
  if (visitor) return t('status.door', { label: visitor.label });
  const phase = phaseOf(s);
  if (phase === 'refused') return refusedWords(s, t);
  if (phase === 'paused' && onBreak(s)) return t('status.break');
  return t(`status.${phase}`) + (phase === 'in' ? ofRoom(s, t) : '');
}

/** @param {import('../state/initial.js').State} s @param {Env['t']} t */
const ofRoom = ({ view }, t) => (view?.room?.locked ? t('status.locked') : '') + (view?.room?.paused ? t('status.standing') : '');

/** @param {import('../state/initial.js').State} s @param {Env['t']} t */
const refusedWords = (s, t) => (s.refused?.code === 'link_used' ? t('refused.link_used.title') : t('status.refused'));
