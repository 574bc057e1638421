/** How to get in. */
import { h } from '../../ui/tree.js';
import { card, heading, operator, speech } from '../../views/parts.js';
import { errorWords, field } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function signIn(env) {
  const { s, t, act } = env;
  const busy = s.busy === 'signin';
  return h('main', { class: 'page page-narrow', key: 'signin' },
    speech(/** @type {any} */ (env)),
    heading(t('desk.signin.title')),
    h('p', { class: 'lead' }, t(s.signin.out ? 'desk.signin.out' : 'desk.signin.text')),
    h('form', { class: 'stack card', on: { submit: (e) => act.signIn(e) } },
      field({ id: 'signin', label: t('desk.signin.field'), help: t('desk.signin.help'), error: signInError(env) }, (tie) =>
        h('input', {
          ...tie, type: 'text', value: s.signin.pasted, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
          on: { input: (e) => act.pasted(e.target.value) },
        })),
      h('div', { class: 'actions' },
        h('button', { type: 'submit', class: 'button primary', 'aria-busy': busy ? 'true' : false }, t(busy ? 'desk.busy' : 'desk.signin.button')))),
    card(t('desk.signin.where.title'), [h('p', null, t('desk.signin.where.text'))]),
    h('p', { class: 'help' }, t('desk.signin.guest')),
    operator(/** @type {any} */ (env)));
}

/** @param {Env} env */
function signInError(env) {
  const { code } = env.s.signin;
  if (code === '') return '';
  return env.w.has(`desk.signin.error.${code}`) ? env.t(`desk.signin.error.${code}`) : errorWords(env, { code });
}
