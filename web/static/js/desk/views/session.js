/** One session: its register, its links, and what may be done with it. */
import { h } from '../../ui/tree.js';
import { button, card, checkbox, heading } from '../../views/parts.js';
import { addProblem, current, everyone } from '../model/select.js';
import { daysFrom } from '../model/time.js';
import { failed, field } from './parts.js';
import { states } from './list.js';
import { person } from './person.js';
import { dayWords, hoursWords } from './words.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Session} Session */

/** @param {Env} env */
export function session(env) {
  const { s, w, t, act } = env;
  const one = current(s);
  if (!one) return h('main', { class: 'page', key: 'session' }, heading(t('desk.status.loading')));
  const at = Date.parse(one.opens);
  return h('main', { class: 'page', key: `session-${one.id}` },
    h('div', { class: 'back', key: 'back' }, button(t('desk.back'), () => act.back(), { look: 'quiet small' })),
    h('div', { class: 'session-title', key: 'title' },
      heading(one.title || t('desk.session.title')),
      h('p', { class: 'lead' }, t('desk.session.day', { day: dayWords(env, { at, away: daysFrom(at, s.now) }) }), ' ', h('span', { class: 'hours' }, hoursWords(w, one))),
      states(env, one)),
    failed(env, 'session'),
    rehearsal(env, one),
    s.rehearsal?.session !== one.id && aboutLinks(env, one),
    h('section', { class: 'day', key: 'hosts', 'aria-labelledby': 'hosts-title' },
      h('h2', { id: 'hosts-title' }, t('desk.hosts')),
      h('ul', { class: 'persons' }, ...one.hosts.map((i) => person(env, one, i)))),
    h('section', { class: 'day', key: 'people', 'aria-labelledby': 'people-title' },
      h('h2', { id: 'people-title' }, t('desk.people')),
      h('ul', { class: 'persons' }, ...one.guests.map((i) => person(env, one, i))),
      add(env, one)),
    card(t('desk.calendar.title'), [
      h('p', { class: 'help' }, t('desk.calendar.text')),
      h('div', { class: 'actions' }, button(t('desk.calendar.button'), () => act.calendar(one)))], ''),
    card(t('desk.end.title'), [
      h('p', { class: 'help' }, t('desk.end.text')),
      h('div', { class: 'actions' }, button(t('desk.end.button'), () => act.ask({ kind: 'end', session: one.id }), { look: 'danger', id: 'end' }))], ''));
}

/** What the simulated guest does. @param {Env} env @param {Session} one */
function rehearsal({ s, t }, one) {
  if (s.rehearsal?.session !== one.id) return null;
  return h('section', { class: 'card note', key: 'rehearsal' },
    h('h2', null, t('desk.rehearsal.title')),
    h('p', null, t('desk.rehearsal.how')),
    h('p', { role: 'status' }, t(`desk.rehearsal.${s.rehearsal.phase}`)));
}

/** The one thing about links that must not be missed. @param {Env} env @param {Session} one */
function aboutLinks({ s, t }, one) {
  const fresh = everyone(one).some((i) => s.links[i.id]);
  if (!fresh) return h('p', { class: 'help', key: 'links' }, t('desk.links.gone'));
  return h('section', { class: 'card note', key: 'links' },
    h('h2', null, t('desk.links.title')),
    h('p', null, t('desk.links.text')),
    one.passcode && h('p', null, t('desk.links.passcode')));
}

/** @param {Env} env @param {Session} one */
function add(env, one) {
  const { s, t, act } = env;
  if (!s.add.open) return h('div', { class: 'actions', key: 'add' }, button(t('desk.add'), () => act.openAdd(), { id: 'add-open' }));
  const error = s.add.tried ? addProblem(s) : '';
  return h('form', { class: 'card', key: 'add-form', on: { submit: (e) => act.add(e) } },
    h('h3', null, t('desk.add')),
    failed(env, 'add'),
    one.locked && s.add.role === 'guest' && h('p', { class: 'warning', key: 'locked' }, t('desk.add.locked')),
    field({ id: 'add-label', label: t('desk.add.label'), help: t('desk.people.help.short'), error: error && t(error) }, (tie) =>
      h('input', { ...tie, type: 'text', value: s.add.label, dir: 'auto', on: { input: (e) => act.typeAdd({ label: e.target.value }) } })),
    checkbox('add-host', t('desk.add.host'), s.add.role === 'host', (on) => act.typeAdd({ role: on ? 'host' : 'guest' }), t('desk.add.host.help')),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'button primary', 'aria-busy': s.busy === 'add' ? 'true' : false }, t('desk.add.button')),
      button(t('dialog.cancel'), () => act.closeAdd(), { look: 'quiet' })));
}
