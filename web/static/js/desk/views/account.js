/** How a host signs in, and what can be changed about it. */
import { h } from '../../ui/tree.js';
import { button, card, heading } from '../../views/parts.js';
import { app } from './app.js';
import { errorWords, field } from './parts.js';
import { fewCodes } from '../model/select.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../../ui/tree.js').Child} Child */
/** @typedef {import('../model/initial.js').OwnWays} OwnWays */
/** @typedef {import('../model/initial.js').Account} Account */

/** @param {Env} env */
export function account(env) {
  const { s, t, act } = env;
  const a = /** @type {Account} */ (s.account);
  const ways = /** @type {OwnWays} */ (a.ways);
  return h('main', { class: 'page page-form', key: 'account' },
    h('div', { class: 'back', key: 'back' }, button(t('desk.back'), () => act.back(), { look: 'quiet small' })),
    heading(t('account.title')),
    ways.provider ? h('p', { class: 'lead' }, t('account.provider', { name: s.who?.name ?? '' })) : h('p', { class: 'lead' }, t('account.text')),
    a.done !== '' && h('p', { class: 'banner good', id: 'account-done', tabindex: '-1', key: 'done' }, t(`account.done.${a.done}`)),
    a.part === '' && failed(env, a),
    ...(ways.provider ? [] : [passkeys(env, a, ways), password(env, a, ways), ways.password && recovery(env, ways)]));
}

/** Where it happened. @param {Env} env @param {Account} a */
const failed = (env, a) => a.code !== '' && h('p', { class: 'banner error', role: 'alert', id: 'account-failed', tabindex: '-1', key: 'failed' }, accountWords(env, a));

/** @param {Env} env @param {{ code: string, message?: string }} failure */
export function accountWords(env, failure) {
  const key = [`account.error.${failure.code}`, `desk.entry.error.${failure.code}`].find((k) => env.w.has(k) && failure.code !== 'bad_request');
  return key ? env.t(key) : errorWords(env, failure);
}

// Passkeys

/** @param {Env} env @param {Account} a @param {OwnWays} ways */
function passkeys(env, a, ways) {
  const { t, act } = env;
  const only = ways.passkeys.length === 1 && !ways.password;
  return h('section', { class: 'card', key: 'passkeys', 'aria-labelledby': 'passkeys-title' },
    h('h2', { id: 'passkeys-title' }, t('account.passkeys.title')),
    h('p', { class: 'help', key: 'text' }, t('desk.enrol.passkey.text')),
    ways.passkeys.length > 0 && h('ul', { class: 'ways', key: 'list' }, ...ways.passkeys.map((one, i) => entry(env, one, i, only))),
    only && h('p', { class: 'help', key: 'only' }, t('account.only')),
    a.part === 'passkey' ? newPasskey(env, a) : ways.usable
      ? h('div', { class: 'actions', key: 'add' }, button(t('account.passkey.add'), () => act.account?.unfold('passkey'), { id: 'account-passkey' }))
      : h('p', { class: 'help', key: 'nowhere' }, t('account.passkeys.nowhere')));
}

/** @param {Env} env @param {OwnWays['passkeys'][0]} one @param {number} i @param {boolean} only the only way in */
function entry({ w, t, act }, one, i, only) {
  const name = one.name || t('account.passkey.unnamed', { n: i + 1 });
  const day = one.added && new Intl.DateTimeFormat(w.locale, { dateStyle: 'long' }).format(new Date(one.added));
  return h('li', { key: one.id },
    h('div', { class: 'way' }, h('strong', { dir: 'auto' }, name), day && h('span', { class: 'help' }, t('account.passkey.added', { day }))),
    !only && button(t('account.passkey.remove'), () => act.account?.ask({ kind: 'remove', id: one.id, name }), { look: 'danger small', 'aria-label': t('account.passkey.remove.full', { name }) }));
}

/** @param {Env} env @param {Account} a */
function newPasskey(env, a) {
  const { t } = env;
  return form(env, { part: 'passkey', title: 'passkeys-title', button: 'desk.enrol.passkey.button', submit: (e) => env.act.account?.addPasskey(e) }, [
    field({ id: 'passkey-name', label: t('account.passkey.name'), help: t('account.passkey.name.help') }, (tie) =>
      h('input', { ...tie, type: 'text', name: 'name', maxlength: '40' })),
    failed(env, a)]);
}

// Password and app

/** @param {Env} env @param {Account} a @param {OwnWays} ways */
function password(env, a, ways) {
  const { t } = env;
  return h('section', { class: 'card', key: 'password', 'aria-labelledby': 'password-title' },
    h('h2', { id: 'password-title' }, t('account.password.title')),
    h('p', { key: 'text', class: 'help' }, t(ways.password ? 'account.password.some' : 'account.password.none')),
    a.part === 'password' ? newPassword(env, a, ways) : a.part === 'app' && a.app ? newApp(env, a, ways) : offers(env, ways));
}

/** @param {Env} env @param {OwnWays} ways */
function offers({ s, t, act }, ways) {
  const busy = s.busy === 'app';
  const app = { id: 'account-app', 'aria-busy': busy ? 'true' : 'false' };
  if (!ways.password) return h('div', { class: 'actions', key: 'offers' }, button(t(busy ? 'desk.busy' : 'account.password.set'), () => act.account?.openApp(), app));
  return h('div', { class: 'stack tight', key: 'offers' },
    h('div', { class: 'actions' },
      button(t('account.password.change'), () => act.account?.unfold('password'), { id: 'account-password' }),
      button(t(busy ? 'desk.busy' : 'account.password.another'), () => act.account?.openApp(), { ...app, 'aria-describedby': 'account-app-help' })),
    h('p', { class: 'help', id: 'account-app-help' }, t('account.password.another.help')));
}

/** @param {Env} env @param {Account} a @param {OwnWays} ways */
const newPassword = (env, a, ways) =>
  form(env, { part: 'password', title: 'password-title', button: 'account.password.save', submit: (e) => env.act.account?.setPassword(e) }, [
    ...passwordField(env, ways, false), failed(env, a)]);

/** @param {Env} env @param {Account} a @param {OwnWays} ways */
function newApp(env, a, ways) {
  const { t } = env;
  return form(env, { part: 'password', title: 'password-title', button: 'desk.enrol.button', submit: (e) => env.act.account?.setApp(e) }, [
    ...passwordField(env, ways, ways.password),
    h('p', { key: 'app' }, t(ways.password ? 'account.app' : 'desk.enrol.app')),
    ...app(env, /** @type {import('../model/initial.js').NewApp} */ (a.app).totp),
    field({ id: 'new-code', label: t('desk.enrol.code'), help: t('desk.enrol.code.help') }, (tie) =>
      h('input', { ...tie, type: 'text', class: 'short', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code' })),
    failed(env, a)]);
}

/** The name is for those who keep passwords. @param {Env} env @param {OwnWays} ways @param {boolean} optional @returns {Child[]} */
const passwordField = ({ t }, ways, optional) => [
  h('input', { key: 'name', type: 'text', name: 'name', value: ways.name, autocomplete: 'username', readonly: true, hidden: true, tabindex: '-1' }),
  field({ id: 'new-password', label: t(optional ? 'account.password.optional' : 'desk.enrol.password'), help: optional ? t('account.password.optional.help') : t('desk.enrol.password.help') }, (tie) =>
    h('input', { ...tie, type: 'password', name: 'password', autocomplete: 'new-password' })),
];

// Recovery codes

/** @param {Env} env @param {OwnWays} ways */
function recovery({ s, t, act }, ways) {
  const few = fewCodes(ways);
  return card(t('account.recovery.title'), [
    few ? h('p', { class: 'warning' }, t('account.recovery.few', { n: ways.recovery })) : h('p', { class: 'help' }, t('account.recovery.left', { n: ways.recovery })),
    h('div', { class: 'actions' }, button(t(s.busy === 'recovery' ? 'desk.busy' : 'account.recovery.new'), () => act.account?.ask({ kind: 'recovery' }), { 'aria-busy': s.busy === 'recovery' ? 'true' : 'false' }))]);
}

/**
 * A form that is unfolded in a card.
 * @param {Env} env
 * @param {{ part: string, title: string, button: string, submit: (e: SubmitEvent) => void }} about part: what is under way when it was sent
 * @param {(Child | null | false)[]} children
 */
function form({ s, t, act }, about, children) {
  const busy = s.busy === about.part;
  return h('form', { class: 'stack', key: 'form', 'aria-labelledby': about.title, on: { submit: about.submit } },
    ...children,
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'button primary', 'aria-busy': busy ? 'true' : false }, t(busy ? 'desk.busy' : about.button)),
      button(t('dialog.cancel'), () => act.account?.fold(), { look: 'quiet' })));
}
