/** One person on the register of a session: where they are, their link, and what may be done about it. */
import { h } from '../../ui/tree.js';
import { button } from '../../views/parts.js';
import { canWithdraw } from '../model/select.js';
import { invitation } from '../model/invitation.js';
import { done, failed, state } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Session} Session */
/** @typedef {import('../types.js').Invite} Invite */

/** @param {Env} env @param {Session} one @param {Invite} invite */
export function person(env, one, invite) {
  const { s, t } = env;
  const link = s.links[invite.id];
  return h('li', { class: 'card person', key: invite.id },
    h('p', { class: 'person-head', key: 'head' }, h('strong', { dir: 'auto' }, invite.label), ' ', state(t(`register.${invite.state}`), invite.state), link && s.copied[invite.id] && !isOwn(one, invite) && done(t('desk.copied'))),
    invite.state === 'removed' && h('p', { class: 'help', key: 'removed' }, t('desk.removed', { label: invite.label })),
    link && h('div', { class: 'actions', key: 'link' }, ...(isOwn(one, invite) ? ownTools(env, invite, link) : linkTools(env, invite, link))),
    link && s.shown === invite.id && toSend(env, one, invite, link),
    h('div', { class: 'row person-more', key: 'more' }, ...otherTools(env, one, invite)));
}

/** The first host is whoever made the session; co-hosts are sent their links as guests are. @param {Session} one @param {Invite} invite */
const isOwn = (one, invite) => one.hosts[0]?.id === invite.id;

/** @param {Env} env @param {Invite} invite @param {string} link */
const ownTools = (env, invite, link) => [enter(env, invite, link, 'primary wide'), copyLink(env, invite, '')];

/** @param {Env} env @param {Invite} invite @param {string} link */
const linkTools = (env, invite, link) => [
  copyLink(env, invite, 'primary'),
  button(env.t('desk.invite', { label: invite.label }), () => env.act.show(invite.id), { key: 'show', 'aria-expanded': env.s.shown === invite.id ? 'true' : 'false' }),
  ...(invite.role === 'host' ? [enter(env, invite, link, '')] : []),
];

/** @param {Env} env @param {Invite} invite @param {string} look */
const copyLink = ({ t, act }, invite, look) =>
  button(t('desk.copy', { label: invite.label }), () => act.copyLink(invite), { key: 'copy', id: `copy-${invite.id}`, look });

/** A link and no script, so that nothing of this page goes along into the new tab. @param {Env} env @param {Invite} invite @param {string} link @param {string} look */
const enter = ({ t, act }, { id, label }, link, look) =>
  h('a', { class: `button ${look}`, key: 'enter', id: `enter-${id}`, href: link, target: '_blank', rel: 'noopener noreferrer', title: t('desk.enter.help'), on: { click: () => act.entered(id) } }, t('desk.enter', { label }));

/** @param {Env} env @param {Session} one @param {Invite} invite @param {string} link */
function toSend(env, one, invite, link) {
  const { s, w, t, act } = env;
  const { id, label } = invite;
  const own = isOwn(one, invite);
  const text = own ? link : invitation(one, link, w, s.about?.invitation);
  return h('div', { class: 'stack to-send', key: 'to-send' },
    failed(env, 'copy'),
    h('div', { class: 'field' },
      h('label', { for: `text-${id}` }, t(own ? 'desk.link' : 'desk.invite', { label })),
      h('textarea', { id: `text-${id}`, readonly: true, rows: own ? '4' : '11', value: text, on: { focus: (e) => e.target.select() } })),
    !own && h('p', { class: 'help' }, t('desk.invite.help')),
    !own && h('div', { class: 'actions' }, button(t('desk.invite.copy', { label }), () => act.copyInvitation(invite, text))));
}

/** @param {Env} env @param {Session} one @param {Invite} invite */
function otherTools({ t, act }, one, invite) {
  const { id, label, role } = invite;
  const about = { session: one.id, invite: id, label, role, locked: one.locked, unlock: false };
  return [
    button(t('desk.reissue', { label }), () => act.ask({ kind: 'reissue', ...about }), { key: 'reissue', look: 'quiet small', id: `reissue-${id}` }),
    canWithdraw(invite) && button(t('desk.withdraw', { label }), () => act.ask({ kind: 'withdraw', ...about }), { key: 'withdraw', look: 'quiet small', id: `withdraw-${id}` }),
  ];
}
