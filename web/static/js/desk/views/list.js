/** All sessions, by day. */
import { h } from '../../ui/tree.js';
import { button, card, checkbox, heading, operator, speech } from '../../views/parts.js';
import { byDay } from '../model/time.js';
import { everyone, fewCodes } from '../model/select.js';
import { dayWords, hoursWords, peopleWords, titleWords } from './words.js';
import { failed, state } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Session} Session */

/** @param {Env} env */
export function list(env) {
  const { s, t, act } = env;
  return h('main', { class: 'page', key: 'list' },
    h('div', { class: 'bar', key: 'bar' },
      heading(t('desk.list.title')),
      button(t('desk.new'), () => act.go('create'), { look: 'primary', id: 'new' })),
    failed(env, 'list'),
    s.who && fewCodes(s.who) && fewLeft(env, s.who.recovery),
    s.sessions === null && h('p', { class: 'help', key: 'none-yet' }, t('desk.list.loading')),
    s.sessions?.length === 0 && card(t('desk.list.empty.title'), [h('p', null, t('desk.list.empty.text'))]),
    ...byDay(s.sessions ?? [], s.now).map((day) =>
      h('section', { class: 'day', key: day.date, 'aria-labelledby': `day-${day.date}` },
        h('h2', { id: `day-${day.date}` }, dayWords(env, day)),
        h('ul', { class: 'sessions' }, ...day.sessions.map((one) => entry(env, one))))),
    card(t('desk.rehearsal.title'), [
      h('p', { class: 'help' }, t('desk.rehearsal.text')),
      h('div', { class: 'actions' }, button(t(s.busy === 'rehearse' ? 'desk.busy' : 'desk.rehearsal.button'), () => act.rehearse(), { id: 'rehearse', 'aria-busy': s.busy === 'rehearse' ? 'true' : 'false' }))], ''),
    checkbox('sound', t('desk.sound'), s.sound, (on) => act.sound(on), t('desk.sound.help')),
    s.who && s.who.name !== '' && card(t('desk.account.title'), [
      h('p', { class: 'help' }, t('desk.account.text', { name: s.who.name })),
      h('div', { class: 'actions' },
        button(t(s.busy === 'account' ? 'desk.busy' : 'desk.account.button'), () => act.openAccount(), { id: 'account', 'aria-busy': s.busy === 'account' ? 'true' : 'false' }),
        button(t('desk.signout.everywhere'), () => act.signOut(true)))], ''),
    speech(/** @type {any} */ (env)),
    operator(/** @type {any} */ (env)));
}

/** Whoever signs in by a recovery code sees at once that there are few. @param {Env} env @param {number} n */
const fewLeft = ({ t, act }, n) =>
  h('section', { class: 'card note', key: 'few', 'aria-label': t('desk.recovery.list') },
    h('p', null, t('desk.account.recovery', { n })),
    h('div', { class: 'actions' }, button(t('desk.account.button'), () => act.openAccount())));

/** @param {Env} env @param {Session} one */
function entry(env, one) {
  const { s, w, t, act } = env;
  const title = titleWords(env, one);
  return h('li', { class: 'card session', key: one.id },
    h('div', { class: 'session-head' },
      h('h3', null, h('span', { class: 'hours' }, hoursWords(w, one)), ' ', h('span', { class: one.title ? 'title' : 'title none', dir: 'auto' }, title)),
      states(env, one)),
    h('p', { class: 'help' }, peopleWords(env, one)),
    h('ul', { class: 'register', 'aria-label': t('desk.register') }, ...everyone(one).map((i) =>
      h('li', { key: i.id }, h('strong', { dir: 'auto' }, i.label), ' ', i.role === 'host' && i.label.toLowerCase() !== t('register.host') && h('span', null, t('register.host')), ' ', state(t(`register.${i.state}`), i.state)))),
    h('div', { class: 'actions' },
      button(t('desk.manage'), () => act.look(one.id), { id: `manage-${one.id}`, 'aria-label': t('desk.manage.full', { hours: hoursWords(w, one), title }) }),
      Object.keys(s.links).some((id) => everyone(one).some((i) => i.id === id)) && h('p', { class: 'help' }, t('desk.list.links'))));
}

/** @param {Env} env @param {Session} one */
export const states = ({ t }, one) =>
  h('p', { class: 'states' },
    state(t(`desk.state.${one.state}`), one.state),
    one.locked && state(t('desk.state.locked'), 'locked'),
    one.paused && state(t('desk.state.paused'), 'paused'));
