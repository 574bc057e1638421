/** Setting up an account: a passkey, or a password with an authenticator app. */
import { h } from '../../ui/tree.js';
import { button, card, heading, speech } from '../../views/parts.js';
import { app } from './app.js';
import { codes } from './codes.js';
import { field } from './parts.js';
import { entryFailed } from './signin.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../model/initial.js').Enrol} Enrol */

/** @param {Env} env */
export function enrol(env) {
  const e = /** @type {Enrol} */ (env.s.enrol);
  return e.recovery.length > 0 ? codes(env, e.recovery, () => env.act.entry.enter()) : setUp(env, e);
}

/** @param {Env} env @param {Enrol} e */
function setUp(env, e) {
  const { s, t, act } = env;
  return h('main', { class: 'page page-narrow', key: 'enrol' },
    speech(/** @type {any} */ (env)),
    heading(t('desk.enrol.title')),
    h('p', { class: 'lead' }, t(e.passkey ? 'desk.enrol.text' : 'desk.enrol.text_password', { name: e.name })),
    entryFailed(env, e),
    e.passkey && card(t('desk.enrol.passkey.title'), [
      h('p', null, t('desk.enrol.passkey.text')),
      h('div', { class: 'actions' }, button(t(s.busy === 'passkey' ? 'desk.busy' : 'desk.enrol.passkey.button'), () => act.entry.setPasskey(), { look: 'primary', 'aria-busy': s.busy === 'passkey' ? 'true' : 'false' })),
    ]),
    h('form', { class: 'stack card', 'aria-labelledby': 'enrol-password', on: { submit: (ev) => act.entry.setPassword(ev) } },
      h('h2', { id: 'enrol-password' }, t('desk.enrol.password.title')),
      h('input', { type: 'text', name: 'name', value: e.name, autocomplete: 'username', readonly: true, hidden: true, tabindex: '-1' }),
      field({ id: 'new-password', label: t('desk.enrol.password'), help: t('desk.enrol.password.help') }, (tie) =>
        h('input', { ...tie, type: 'password', name: 'password', autocomplete: 'new-password' })),
      h('p', null, t('desk.enrol.app')),
      ...app(env, e.totp),
      field({ id: 'new-code', label: t('desk.enrol.code'), help: t('desk.enrol.code.help') }, (tie) =>
        h('input', { ...tie, type: 'text', class: 'short', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code' })),
      h('div', { class: 'actions' },
        h('button', { type: 'submit', class: e.passkey ? 'button' : 'button primary', 'aria-busy': s.busy === 'password' ? 'true' : false }, t(s.busy === 'password' ? 'desk.busy' : 'desk.enrol.button')))));
}
