/** Who it is, and whether it is meant. */
import { h } from '../../ui/tree.js';
import { button } from '../../views/parts.js';
import { show } from '../../views/dialog.js';
import { accountWords } from './account.js';
import { field } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../model/initial.js').OwnWays} OwnWays */

/** @param {Env} env */
export function question(env) {
  const q = env.s.account?.question;
  const act = env.act.account;
  if (!q || !act || env.s.page !== 'account') return null;
  return h('dialog', { key: `account-${q.kind}`, class: 'dialog', 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text', mounted: show, on: { cancel: (e) => { e.preventDefault(); act.cancel(); } } },
    ...(q.kind === 'confirm' ? confirm(env, q) : decide(env, q)));
}

/** @param {Env} env @param {{ kind: 'remove', name: string } | { kind: 'recovery' }} q */
function decide({ t, act }, q) {
  const name = 'name' in q ? q.name : '';
  return [h('form', { class: 'stack', on: { submit: (e) => { e.preventDefault(); act.account?.decide(); } } },
    h('h2', { id: 'dialog-title' }, t(`account.question.${q.kind}.title`, { name })),
    h('p', { id: 'dialog-text' }, t(`account.question.${q.kind}.text`)),
    h('div', { class: 'row' },
      h('button', { type: 'submit', class: q.kind === 'remove' ? 'button danger' : 'button primary' }, t(`account.question.${q.kind}.yes`)),
      button(t('dialog.cancel'), () => act.account?.cancel(), { autofocus: true })))];
}

/** @param {Env} env @param {{ code: string }} q */
function confirm(env, q) {
  const { s, t, act } = env;
  const ways = /** @type {OwnWays} */ (s.account?.ways);
  const byPasskey = ways.usable && ways.passkeys.length > 0;
  return [h('div', { class: 'stack' },
    h('h2', { id: 'dialog-title' }, t('account.confirm.title')),
    h('p', { id: 'dialog-text' }, t('account.confirm.text')),
    q.code !== '' && h('p', { class: 'banner error', role: 'alert', id: 'confirm-failed', tabindex: '-1', key: 'failed' }, accountWords(env, q)),
    byPasskey && h('div', { class: 'actions', key: 'passkey' }, button(t(s.busy === 'confirm_passkey' ? 'desk.busy' : 'account.confirm.passkey'), () => act.account?.confirmByPasskey(), { look: 'primary', autofocus: true, 'aria-busy': s.busy === 'confirm_passkey' ? 'true' : 'false' })),
    ways.password && password(env, ways, !byPasskey),
    !byPasskey && !ways.password && h('p', null, t('account.confirm.nothing')),
    h('div', { class: 'actions' }, button(t('dialog.cancel'), () => act.account?.cancel())))];
}

/** @param {Env} env @param {OwnWays} ways @param {boolean} first whether it is the first thing offered */
function password({ s, t, act }, ways, first) {
  const busy = s.busy === 'confirm';
  return h('form', { class: 'stack', key: 'password', on: { submit: (e) => act.account?.confirmByPassword(e) } },
    h('input', { type: 'text', name: 'name', value: ways.name, autocomplete: 'username', readonly: true, hidden: true, tabindex: '-1' }),
    field({ id: 'confirm-password', label: t('desk.signin.password') }, (tie) =>
      h('input', { ...tie, type: 'password', name: 'password', autocomplete: 'current-password', autofocus: first })),
    field({ id: 'confirm-code', label: t('desk.signin.code'), help: t('desk.signin.code.help') }, (tie) =>
      h('input', { ...tie, type: 'text', name: 'code', autocomplete: 'one-time-code', autocapitalize: 'off' })),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: first ? 'button primary' : 'button', 'aria-busy': busy ? 'true' : false }, t(busy ? 'desk.busy' : 'account.confirm.button'))));
}
