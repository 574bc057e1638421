/** The people and screens of the room. */
import { h } from '../ui/tree.js';
import { icon } from '../ui/icons.js';
import { tilesOf } from '../state/select.js';
import { ownPicture } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../state/select.js').Tile} Tile */

/** @param {Env} env */
export function tiles(env) {
  const { s, t } = env;
  const all = tilesOf(s).filter((tile) => !(tile.mine && s.selfHidden));
  const others = all.filter((tile) => !tile.mine && tile.kind === 'camera').length;
  const shared = all.some((tile) => tile.kind === 'screen');
  const layout = shared ? 'presenting' : others <= 1 ? 'pair' : 'grid';
  // Many people are scrolled through, by keyboard too.
  return h('ul', { class: `tiles ${layout}`, tabindex: layout === 'pair' ? false : '0', 'data-count': String(Math.min(all.length, 17)), 'aria-label': t('tile.people') },
    ...all.map((tile) => one(env, tile)));
}

/** @param {Env} env @param {Tile} tile */
function one(env, tile) {
  const { t } = env;
  const name = tile.kind === 'screen' ? t('tile.screen', { label: tile.label }) : tile.mine ? t('tile.you', { label: tile.label }) : tile.label;
  const looks = ['tile', tile.kind, tile.mine && 'mine', tile.speaking && 'speaking'].filter(Boolean).join(' ');
  return h('li', { class: looks, key: tile.key, 'data-seat': tile.seat },
    picture(env, tile, name),
    h('div', { class: 'caption' }, h('span', { class: 'name', dir: 'auto' }, name), ...signs(env, tile)),
    manage(env, tile));
}

/** The short way for a host to what may be done about somebody; by keyboard it is the list of people. @param {Env} env @param {Tile} tile */
const manage = ({ s, t, act }, tile) =>
  s.role === 'host' && tile.kind === 'camera' && tile.person?.role === 'guest' &&
  h('button', { type: 'button', class: 'manage', key: 'manage', tabindex: '-1', title: t('tile.manage', { label: tile.label }), 'aria-label': t('tile.manage', { label: tile.label }), on: { click: () => act.manage(tile.seat) } }, icon('more'));

/** @param {Env} env @param {Tile} tile @param {string} name */
function picture(env, tile, name) {
  const { s, media } = env;
  if (tile.mine && s.own.camera === 'on' && !tile.person?.stopped) return ownPicture(env, name);
  if (!tile.mine && tile.mid !== '' && !s.low) {
    return h('video', { key: 'video', muted: true, playsinline: true, autoplay: true, 'aria-label': name, after: (v) => media.showOther(v, tile.mid) });
  }
  return h('div', { key: 'initial', class: 'initial', 'aria-hidden': 'true' }, h('span', null, [...tile.label][0]?.toUpperCase() ?? ''));
}

/** @param {Env} env @param {Tile} tile */
function signs({ s, t }, tile) {
  const p = tile.person;
  if (!p || tile.kind === 'screen') return [];
  const silent = tile.mine ? s.own.mic !== 'on' || p.muted : !p.mic || p.muted;
  return [
    p.hand && sign('hand', t('tile.hand'), 'raised'),
    silent && sign('mic_off', t('tile.mic_off')),
    !p.online && h('span', { class: 'sign words' }, t('tile.offline')),
    p.at_door && !tile.mine && h('span', { class: 'sign words' }, t('tile.away')),
  ].filter((x) => x !== false);
}

/** @param {string} drawing @param {string} words @param {string} [look] */
const sign = (drawing, words, look = '') =>
  h('span', { class: `sign ${look}`.trim(), key: drawing, title: words }, icon(drawing), h('span', { class: 'unseen' }, words));
