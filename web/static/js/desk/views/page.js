/** The whole page of the hosts for a state. */
import { button, heading } from '../../views/parts.js';
import { h } from '../../ui/tree.js';
import { signIn } from './signin.js';
import { list } from './list.js';
import { create } from './create.js';
import { session } from './session.js';
import { dialog } from './dialog.js';
import { outside } from '../model/select.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env @returns {import('../../ui/tree.js').Child[]} */
export function page(env) {
  const question = dialog(env) ?? env.act.account?.question(env);
  return question ? [main(env), question] : [main(env)];
}

/** @param {Env} env */
function main(env) {
  switch (env.s.page) {
    case 'loading':
      return h('main', { class: 'page page-narrow', key: 'loading' }, heading(env.t('desk.status.loading')));
    case 'signin':
      return signIn(env);
    case 'enrol':
    case 'recovery':
      return env.act.entry.view?.(env) ?? signIn(env);
    case 'create':
      return create(env);
    case 'session':
      return session(env);
    case 'account':
      return env.act.account?.view(env) ?? list(env);
    default:
      return list(env);
  }
}

/** In the corner of every page but the first. @param {Env} env @returns {import('../../ui/tree.js').Child[]} */
export function tools({ s, t, act }) {
  if (outside.has(s.page)) return [];
  return [h('div', { class: 'who' },
    s.who && s.who.name !== '' && h('span', { class: 'name', dir: 'auto', title: s.who.name }, h('span', { class: 'unseen' }, t('desk.who'), ' '), s.who.name),
    button(t('desk.signout'), () => act.signOut(), { look: 'quiet small' }))];
}

/** Where the host is, or what is the matter. @param {Env} env */
export function status({ s, t }) {
  if (s.fresh.code !== '' && s.page !== 'create') return t('desk.status.stale');
  return s.page === 'signin' && s.signin.out ? t('desk.status.out') : t(`desk.status.${s.page === 'recovery' ? 'enrol' : s.page}`);
}
