/** One person on the register of a session: where they are, their link, and what may be done about it. */
import { h } from '../../ui/tree.js';
import { button } from '../../views/parts.js';
import { canWithdraw } from '../model/select.js';
import { invitation } from '../model/invitation.js';
import { done, state } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Session} Session */
/** @typedef {import('../types.js').Invite} Invite */

/** @param {Env} env @param {Session} one @param {Invite} invite */
export function person(env, one, invite) {
  const { s, t } = env;
  const link = s.links[invite.id];
  return h('li', { class: 'card person', key: invite.id },
    h('p', { class: 'person-head', key: 'head' }, h('strong', { dir: 'auto' }, invite.label), ' ', state(t(`register.${invite.state}`), invite.state)),
    link && linkTools(env, invite, link),
    link && s.shown === invite.id && toSend(env, one, invite, link),
    h('div', { class: 'row person-more', key: 'more' }, ...otherTools(env, one, invite)));
}

/** @param {Env} env @param {Invite} invite @param {string} link */
function linkTools({ s, t, act }, invite, link) {
  const { id, label } = invite;
  const copy = button(t('desk.copy', { label }), () => act.copyLink(invite), { key: 'copy', look: invite.role === 'guest' ? 'primary' : '' });
  return h('div', { class: 'actions', key: 'link' },
    invite.role === 'host' && h('a', { class: 'button primary', key: 'enter', href: link, target: '_blank', rel: 'noopener noreferrer', title: t('desk.enter.help'), on: { click: () => act.entered(id) } }, t('desk.enter', { label })),
    copy,
    button(t(invite.role === 'guest' ? 'desk.invite' : 'desk.show', { label }), () => act.show(id), { key: 'show', 'aria-expanded': s.shown === id ? 'true' : 'false' }),
    s.copied[id] && invite.role === 'guest' && done(t('desk.copied')));
}

/** @param {Env} env @param {Session} one @param {Invite} invite @param {string} link */
function toSend({ w, t, act }, one, invite, link) {
  const { id, label } = invite;
  const text = invite.role === 'guest' ? invitation(one, link, w) : link;
  const name = t(invite.role === 'guest' ? 'desk.invite' : 'desk.show', { label });
  return h('div', { class: 'stack to-send', key: 'to-send' },
    h('div', { class: 'field' },
      h('label', { for: `text-${id}` }, name),
      h('textarea', { id: `text-${id}`, readonly: true, rows: invite.role === 'guest' ? '11' : '4', spellcheck: 'false', value: text, on: { focus: (e) => e.target.select() } })),
    invite.role === 'guest' && h('p', { class: 'help' }, t('desk.invite.help')),
    invite.role === 'guest' && h('div', { class: 'actions' }, button(t('desk.invite.copy', { label }), () => act.copyInvitation(invite, text))));
}

/** @param {Env} env @param {Session} one @param {Invite} invite */
function otherTools({ t, act }, one, invite) {
  const { id, label, role } = invite;
  const about = { session: one.id, invite: id, label, role, locked: one.locked, unlock: false };
  return [
    button(t('desk.reissue', { label }), () => act.ask({ kind: 'reissue', ...about }), { key: 'reissue', look: 'link', id: `reissue-${id}` }),
    canWithdraw(invite) && button(t('desk.withdraw', { label }), () => act.ask({ kind: 'withdraw', ...about }), { key: 'withdraw', look: 'link', id: `withdraw-${id}` }),
  ];
}
