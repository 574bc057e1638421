/** The room, and the private talk at its door. */
import { h } from '../ui/tree.js';
import { guestAtDoor, longGone, myself, onBreak, phaseOf, reconnecting } from '../state/select.js';
import { button, card, goOn, planB } from './parts.js';
import { ownLine, othersLine } from '../state/lines.js';
import { tiles } from './tiles.js';
import { controls } from './controls.js';
import { door } from './door.js';
import { keyless, safety } from './safety.js';
import { panel } from './panel.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function room(env) {
  const { s, t } = env;
  const host = s.role === 'host' && s.view?.me.phase === 'in';
  const looks = ['room', s.panel !== '' && 'with-panel', host && 'hosting'].filter(Boolean).join(' ');
  return h('main', { class: looks, key: 'room' },
    h('h1', { class: 'unseen', tabindex: '-1', 'data-heading': true }, heading(env)),
    h('div', { class: 'stage', key: 'stage' }, banners(env), center(env), h('div', { class: 'below', key: 'below' }, safety(env), quality(env))),
    host && door(env),
    panel(env),
    controls(env));
}

/** @param {Env} env */
function heading({ s, t }) {
  if (phaseOf(s) === 'paused') return t('room.paused.title');
  return s.view?.me.phase === 'greeted' ? t('status.greeted') : t('room.title');
}

/** What stands above the pictures for as long as it is true. @param {Env} env */
function banners(env) {
  const { s, t, act } = env;
  const me = myself(s);
  const visitor = guestAtDoor(s);
  const host = s.view?.people?.find((p) => p.role === 'host' && p.seat !== s.view?.me.seat)?.label ?? '';
  return h('div', { class: 'banners' },
    reconnecting(s) && !longGone(s) && h('p', { class: 'banner', key: 'lost' }, t('room.lost.text')),
    s.view?.me.phase === 'greeted' && h('p', { class: 'banner', key: 'greeted' }, t('room.greeted', { label: host })),
    visitor && h('p', { class: 'banner', key: 'door' }, t('room.door', { label: visitor.label })),
    s.role === 'host' && s.view?.room?.paused && h('p', { class: 'banner', key: 'paused' }, t(onBreak(s) ? 'room.break.host' : 'room.paused.host'), ' ',
      onBreak(s) && s.panel !== 'people' && goOn(env)),
    ...keyless(env),
    me?.muted && h('p', { class: 'banner', key: 'muted' }, t('room.muted')),
    me?.stopped && h('p', { class: 'banner', key: 'stopped' }, t('room.stopped')),
    s.low && h('p', { class: 'banner', key: 'low' }, t('room.low')),
    ...lines(env),
    s.own.screen && h('p', { class: 'banner', key: 'screen' }, t('tile.own_screen')),
    s.soundBlocked && h('p', { class: 'banner', key: 'sound' }, t('room.sound.text'), ' ', button(t('room.sound'), () => act.unblockSound(), { look: 'primary' })));
}

/** Whose connection is weak: this person's, or another's. @param {Env} env */
const lines = ({ s, t }) =>
  [ownLine(s), othersLine(s)].map((said, i) => said && h('p', { class: 'banner line', key: `line-${i}` }, t(said.key, said.params)));

/** @param {Env} env */
function center(env) {
  const { s, t } = env;
  if (phaseOf(s) === 'paused') return paused(env);
  if (longGone(s)) return h('div', { class: 'center', key: 'lost' }, card(t('room.lost.title'), [h('p', null, t('room.lost.text'))]), planB(env));
  const alone = s.view?.me.phase === 'in' && s.view.people?.length === 1 && !guestAtDoor(s);
  return h('div', { class: 'seen', key: 'tiles' }, tiles(env), alone && h('p', { class: 'alone' }, t('room.alone')));
}

/** A host's pause is no failure: it needs no plan B. @param {Env} env */
function paused(env) {
  const { s, t, act } = env;
  if (!onBreak(s)) return h('div', { class: 'center', key: 'paused' }, card(t('room.paused.title'), [h('p', null, t('room.paused.text'))]), planB(env));
  return h('div', { class: 'center', key: 'break' }, card(t('room.paused.title'), [
    h('p', null, t('room.break.text')),
    h('p', null, t('room.break.devices')),
    h('div', { class: 'actions' }, button(t('room.break.write'), () => act.tellFacilitator()))]));
}

/** Unless the line above the pictures says more. @param {Env} env */
const quality = ({ s, t }) =>
  s.media === 'connected' && s.quality !== 'unknown' && !ownLine(s) && h('p', { class: `quality ${s.quality}`, key: 'quality' }, t(`quality.${s.quality}`));
