/** Who is in the room, and what a host may do about it. */
import { h } from '../ui/tree.js';
import { onBreak, peopleOf } from '../state/select.js';
import { noticeWords } from '../state/notices.js';
import { keylessSign } from './safety.js';
import { button, goOn, iconButton } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Person} Person */

/** @param {Env} env */
export function people(env) {
  const { s, t } = env;
  const host = s.role === 'host';
  return h('div', { class: 'panel-body stack' },
    host && notices(env),
    host && roomTools(env),
    host && h('h3', null, t('host.in_room')),
    h('ul', { class: 'people' }, ...peopleOf(s).map((p) => row(env, p))),
    !host && tell(env),
    host && register(env));
}

/** @param {Env} env @param {Person} p */
function row(env, p) {
  const { s, t } = env;
  const mine = p.seat === s.view?.me.seat;
  const signs = [p.role === 'host' && t('register.host'), p.hand && t('tile.hand'), !p.mic && t('tile.mic_off'), !p.online && t('tile.offline'), p.at_door && t('tile.away'), keylessSign(env, p)].filter(Boolean);
  return h('li', { key: p.seat, class: 'person', id: `person-${p.seat}` },
    h('p', null, h('strong', { dir: 'auto' }, mine ? t('tile.you', { label: p.label }) : p.label), ' ', h('span', { class: 'help' }, signs.join(' · '))),
    s.role === 'host' && p.role === 'guest' && h('div', { class: 'person-tools' }, ...tools(env, p)));
}

/** @param {Env} env @param {Person} p */
function tools({ t, act }, p) {
  const { seat, label } = p;
  const sound = p.muted ? 'unmute' : 'mute';
  const picture = p.stopped ? 'unstop' : 'stop';
  return [
    iconButton(p.muted ? 'mic' : 'mic_off', t(`host.${sound}.short`), () => act.command({ type: 'mute', seat, audio: !p.muted, video: p.stopped }), { key: 'mute', 'aria-label': t(`host.${sound}`, { label }) }),
    iconButton(p.stopped ? 'camera' : 'camera_off', t(`host.${picture}.short`), () => act.command({ type: 'mute', seat, audio: p.muted, video: !p.stopped }), { key: 'stop', 'aria-label': t(`host.${picture}`, { label }) }),
    iconButton('hold', t('host.hold.short'), () => act.command({ type: 'hold', seat }), { key: 'hold', 'aria-label': t('host.hold', { label }) }),
    iconButton('message', t('host.hold.with.short'), () => act.dialog({ kind: 'hold', seat, label }), { key: 'hold-with', 'aria-label': t('host.hold.with', { label }) }),
    iconButton('remove', t('host.remove.short'), () => act.dialog({ kind: 'remove', seat, label }), { key: 'remove', class: 'is-danger', 'aria-label': t('host.remove', { label }) }),
  ];
}

/** @param {Env} env */
function roomTools(env) {
  const { s, t, act } = env;
  const locked = s.view?.room?.locked ?? false;
  return h('div', { class: 'room-tools', key: 'tools' },
    h('p', { class: 'help' }, t(locked ? 'host.locked' : 'host.unlocked')),
    h('div', { class: 'row' },
      loud(s) && button(t('host.mute_all'), () => act.muteAll(), { key: 'mute-all' }),
      button(t(locked ? 'host.unlock' : 'host.lock'), () => act.command({ type: locked ? 'unlock' : 'lock' }), { key: 'lock' }),
      onBreak(s) ? goOn(env) : button(t('host.pause'), () => act.command({ type: 'pause' }), { key: 'pause' }),
      button(t('host.end'), () => act.dialog({ kind: 'end' }), { key: 'end', look: 'danger' })));
}

/** Whether more than one guest may be heard. @param {Env['s']} s */
const loud = (s) => (s.view?.people ?? []).filter((p) => p.role === 'guest' && !p.muted).length > 1;

/** @param {Env} env */
function register({ s, t }) {
  return h('details', { class: 'register', key: 'register' },
    h('summary', null, t('register.title')),
    h('ul', { class: 'plain' }, ...(s.view?.register ?? []).map((r) =>
      h('li', { key: r.invite }, h('strong', { dir: 'auto' }, r.label), ' ', h('span', { class: 'help' }, t(`register.${r.state}`), r.role === 'host' && ` · ${t('register.host')}`)))));
}

/** What went wrong, told as it happens. @param {Env} env */
function notices({ s, w, t, act }) {
  const all = [...(s.view?.notices ?? [])].reverse();
  if (all.length === 0) return null;
  return h('section', { class: 'card note', key: 'notices' },
    h('h3', null, t('notices.title')),
    h('ul', { class: 'plain' }, ...all.map((n) =>
      h('li', { key: String(n.id) }, noticeWords(w, n), ' ',
        h('span', { class: 'help' }, w.hour(n.at, s.clock.now), n.count > 1 && ` · ${t('notice.times', { n: n.count })}`)))),
    h('div', { class: 'with-help' }, button(t('notices.save'), () => act.saveNotices(w), { key: 'save' }), h('p', { class: 'help' }, t('notices.save.help'))));
}

/** @param {Env} env */
const tell = ({ t, act }) =>
  h('div', { class: 'with-help', key: 'tell' }, button(t('people.tell'), () => act.tellFacilitator()), h('p', { class: 'help' }, t('people.tell.help')));
