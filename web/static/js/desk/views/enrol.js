/** Setting up an account: a passkey, or a password with an authenticator app. */
import { h } from '../../ui/tree.js';
import { button, card, heading, speech } from '../../views/parts.js';
import { qrPath, quiet } from '../model/qr.js';
import { field } from './parts.js';
import { entryFailed } from './signin.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../model/initial.js').Enrol} Enrol */

/** @param {Env} env */
export function enrol(env) {
  const e = /** @type {Enrol} */ (env.s.enrol);
  return e.recovery.length > 0 ? recovery(env, e) : setUp(env, e);
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
      qr(e.totp.qr, t('desk.enrol.qr')),
      h('p', { class: 'open-app' }, h('a', { href: e.totp.link }, t('desk.enrol.open'))),
      h('p', { class: 'help' }, t('desk.enrol.secret'), ' ', h('code', { class: 'secret' }, (e.totp.secret.match(/.{1,4}/g) ?? []).join(' '))),
      field({ id: 'new-code', label: t('desk.enrol.code'), help: t('desk.enrol.code.help') }, (tie) =>
        h('input', { ...tie, type: 'text', class: 'short', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', spellcheck: 'false' })),
      h('div', { class: 'actions' },
        h('button', { type: 'submit', class: e.passkey ? 'button' : 'button primary', 'aria-busy': s.busy === 'password' ? 'true' : false }, t(s.busy === 'password' ? 'desk.busy' : 'desk.enrol.button')))));
}

/** Dark on light in every theme: readers need it so. @param {string[]} rows @param {string} name */
function qr(rows, name) {
  const size = rows.length + 2 * quiet;
  return h('svg', { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' }, h('path', { d: qrPath(rows) }));
}

/** @param {Env} env @param {Enrol} e */
function recovery({ t, act }, e) {
  return h('main', { class: 'page page-narrow', key: 'recovery' },
    heading(t('desk.recovery.title')),
    h('p', { class: 'lead' }, t('desk.recovery.text')),
    card('', [
      h('ul', { class: 'codes', 'aria-label': t('desk.recovery.list') }, ...e.recovery.map((one) => h('li', { key: one }, h('code', null, one)))),
      h('div', { class: 'actions' }, button(t('desk.recovery.copy'), () => act.entry.copyRecovery())),
    ]),
    h('div', { class: 'actions' }, button(t('desk.recovery.done'), () => act.entry.enter(), { look: 'primary' })));
}
