/** How to get in. */
import { h } from '../../ui/tree.js';
import { button, card, heading, operator, speech } from '../../views/parts.js';
import { errorWords, field } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function signIn(env) {
  const { s, t } = env;
  const { ways } = s.signin;
  return h('main', { class: 'page page-narrow', key: 'signin' },
    speech(/** @type {any} */ (env)),
    heading(t('desk.signin.title')),
    h('p', { class: 'lead' }, t(lead(env))),
    (!ways?.link || s.signin.way !== 'link') && entryFailed(env, s.signin),
    ways && ways.provider !== '' && h('div', { class: 'actions', key: 'provider' }, h('a', { class: 'button primary', href: '/v1/signin/provider' }, t('desk.signin.provider', { name: ways.provider }))),
    ways?.passkey && h('div', { class: 'actions', key: 'passkey' }, button(t(s.busy === 'passkey' ? 'desk.busy' : 'desk.signin.passkey'), () => env.act.entry.passkey(), { look: ways.provider === '' ? 'primary' : '', 'aria-busy': s.busy === 'passkey' ? 'true' : 'false' })),
    ways?.password && password(env, !ways.passkey && ways.provider === ''),
    ways?.link && link(env),
    ways?.link && card(t('desk.signin.where.title'), [h('p', null, t('desk.signin.where.text'))]),
    ways?.password && h('p', { class: 'help' }, t('desk.signin.lost')),
    h('p', { class: 'help' }, t('desk.signin.guest')),
    operator(/** @type {any} */ (env)));
}

/** @param {Env} env */
function lead({ s }) {
  const { out, ways } = s.signin;
  if (ways?.link) return out ? 'desk.signin.out' : 'desk.signin.text';
  return out ? 'desk.signin.out_account' : 'desk.signin.text_account';
}

/** @param {Env} env @param {boolean} first whether it is the first thing offered */
function password({ s, t, act }, first) {
  const busy = s.busy === 'password';
  return h('form', { class: 'stack card', key: 'password', 'aria-labelledby': 'password-title', on: { submit: (e) => act.entry.password(e) } },
    h('h2', { id: 'password-title' }, t('desk.signin.password.title')),
    field({ id: 'name', label: t('desk.signin.name') }, (tie) =>
      h('input', { ...tie, type: 'text', name: 'name', autocomplete: 'username', autocapitalize: 'off' })),
    field({ id: 'password', label: t('desk.signin.password') }, (tie) =>
      h('input', { ...tie, type: 'password', name: 'password', autocomplete: 'current-password' })),
    field({ id: 'code', label: t('desk.signin.code'), help: t('desk.signin.code.help') }, (tie) =>
      h('input', { ...tie, type: 'text', name: 'code', autocomplete: 'one-time-code', autocapitalize: 'off' })),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: first ? 'button primary' : 'button', 'aria-busy': busy ? 'true' : false }, t(busy ? 'desk.busy' : 'desk.signin.button'))));
}

/** The sign-in link of the first start. @param {Env} env */
function link(env) {
  const { s, t, act } = env;
  const busy = s.busy === 'signin';
  return h('form', { class: 'stack card', key: 'link', on: { submit: (e) => act.signIn(e) } },
    field({ id: 'signin', label: t('desk.signin.field'), help: t('desk.signin.help'), error: signInError(env) }, (tie) =>
      h('input', {
        ...tie, type: 'text', value: s.signin.pasted, autocapitalize: 'off',
        on: { input: (e) => act.pasted(e.target.value) },
      })),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'button primary', 'aria-busy': busy ? 'true' : false }, t(busy ? 'desk.busy' : 'desk.signin.link_button'))));
}

/** @param {Env} env */
function signInError(env) {
  const { code, way } = env.s.signin;
  if (code === '' || way !== 'link') return '';
  return env.w.has(`desk.signin.error.${code}`) ? env.t(`desk.signin.error.${code}`) : errorWords(env, { code });
}

/** Why it did not work; the words are the page's own where it has any. @param {Env} env @param {{ code: string, message?: string }} failure */
export function entryFailed(env, { code }) {
  if (code === '') return null;
  const key = [`desk.entry.error.${code}`, `desk.signin.error.${code}`].find((k) => env.w.has(k));
  return h('p', { class: 'banner error', role: 'alert', id: 'entry-failed', tabindex: '-1', key: 'failed' }, key ? env.t(key) : errorWords(env, { code }));
}
