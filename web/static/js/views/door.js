/** The host's side of the door: who asks to come in. Always in sight while anybody does. */
import { h } from '../ui/tree.js';
import { atDoor, guestAtDoor } from '../state/select.js';
import { icon } from '../ui/icons.js';
import { button } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').AtDoor} AtDoor */

/** @param {Env} env */
export function door(env) {
  const { s, t, act } = env;
  const all = atDoor(s);
  const waiting = all.filter((d) => d.phase === 'waiting' && d.online).length;
  return h('section', { class: all.length > 0 ? 'door' : 'door empty', key: 'door', 'aria-labelledby': 'door-title' },
    h('div', { class: 'door-head' },
      h('h2', { id: 'door-title' }, all.length > 0 ? t('door.count', { n: all.length }) : t('door.title')),
      waiting > 1 && button(t('door.admit_all'), () => act.command({ type: 'admit_all' }), { key: 'all' })),
    all.length === 0 && h('p', { class: 'help' }, t('door.nobody')),
    h('ul', { class: 'door-list' }, ...all.map((d) => visitor(env, d))),
    all.some((d) => d.phase === 'waiting') && say(env));
}

/** @param {Env} env @param {AtDoor} d */
function visitor(env, d) {
  const { s, w, t } = env;
  const talking = guestAtDoor(s)?.seat === d.seat;
  return h('li', { key: d.seat, class: `visitor ${d.phase}` },
    h('p', { class: 'visitor-name' },
      h('strong', { dir: 'auto' }, d.label), ' ',
      h('span', { class: 'help' }, t(`door.state.${d.phase}`, { hour: w.hour(d.since, s.clock.now) }), !d.online && ` · ${t('door.offline')}`)),
    h('div', { class: 'row' }, ...choices(env, d, talking)));
}

/** Whoever was let in already is not declined but held or removed. */
const declinable = new Set(['waiting', 'knocking', 'greeted']);

/** @param {Env} env @param {AtDoor} d @param {boolean} talking */
function choices({ t, act }, d, talking) {
  const label = d.label;
  return [
    button(t('door.admit.short'), () => act.command({ type: 'admit', seat: d.seat }), { key: 'admit', look: 'primary', 'aria-label': t('door.admit', { label }) }),
    talking && button(t('door.greet_end.short'), () => act.command({ type: 'greet_end' }), { key: 'greet_end', 'aria-label': t('door.greet_end', { label }) }),
    !talking && d.phase !== 'declined' && d.online && button(t('door.greet.short'), () => act.greet(d.seat), { key: 'greet', 'aria-label': t('door.greet', { label }) }),
    declinable.has(d.phase) && button(t('door.decline.short'), () => act.command({ type: 'decline', seat: d.seat }), { key: 'decline', 'aria-label': t('door.decline', { label }) }),
    d.phase === 'held' && button(t('host.remove.short'), () => act.dialog({ kind: 'remove', seat: d.seat, label }), { key: 'remove', look: 'danger', 'aria-label': t('host.remove', { label }) }),
    declinable.has(d.phase) && h('button', { key: 'decline-with', type: 'button', class: 'button square', 'aria-label': t('door.decline.with', { label }), title: t('door.decline.with', { label }), on: { click: () => act.dialog({ kind: 'decline', seat: d.seat, label }) } }, icon('message')),
  ];
}

/** A word to all who wait. @param {Env} env */
function say({ s, t, act }) {
  return h('details', { class: 'say', key: 'say' },
    h('summary', null, t('door.say')),
    s.said !== '' && h('p', { class: 'said' }, t('door.say.now', { text: s.said }), ' ', button(t('door.say.clear'), () => act.tellWaiting(''), { look: 'quiet' })),
    h('form', { class: 'row nowrap', on: { submit: (e) => act.sayToWaiting(e) } },
      h('input', { id: 'to-waiting', 'aria-label': t('door.say'), type: 'text', maxlength: '300', value: s.form.toWaiting, on: { input: (e) => act.field('toWaiting', e.target.value) } }),
      h('button', { type: 'submit', class: 'button' }, t('door.say.button'))));
}
