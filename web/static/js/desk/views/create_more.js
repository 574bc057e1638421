/** What a session may have besides people and hours. */
import { h } from '../../ui/tree.js';
import { checkbox } from '../../views/parts.js';
import { filled } from '../model/people.js';
import { field, unfolding } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('./create.js').ErrorOf} ErrorOf */

/** @param {Env} env @param {ErrorOf} errorOf */
export const title = (env, errorOf) => h('div', { class: 'card', key: 'title' }, text(env, 'title', errorOf));

/** @param {Env} env @param {ErrorOf} errorOf */
export const more = (env, errorOf) =>
  unfolding('more', env.t('desk.more'), env.t('desk.more.help'), env.s.open.more, (on) => env.act.unfold('more', on), [
    paragraph(env, 'greeting', 3, errorOf),
    text(env, 'recognition', errorOf),
    text(env, 'passcode', errorOf),
    paragraph(env, 'plan_b', 3, errorOf),
    paragraph(env, 'ground_rules', 5, errorOf),
  ]);

/** @param {Env} env @param {'title' | 'recognition' | 'passcode'} name @param {ErrorOf} errorOf */
const text = ({ s, t, act }, name, errorOf) =>
  field({ id: name, label: t(`desk.field.${name}`), help: t(`desk.field.${name}.help`), error: errorOf(name) }, (tie) =>
    h('input', {
      ...tie, type: 'text', value: s.draft[name], dir: 'auto',
      ...(name === 'passcode' && { autocapitalize: 'off' }),
      on: { input: (e) => act.draft({ [name]: e.target.value }) },
    }));

/** @param {Env} env @param {'greeting' | 'plan_b' | 'ground_rules'} name @param {number} lines @param {ErrorOf} errorOf */
const paragraph = ({ s, t, act }, name, lines, errorOf) =>
  field({ id: name, label: t(`desk.field.${name}`), help: t(`desk.field.${name}.help`), error: errorOf(name) }, (tie) =>
    h('textarea', { ...tie, rows: String(lines), value: s.draft[name], dir: 'auto', on: { input: (e) => act.draft({ [name]: e.target.value }) } }));

/** @param {Env} env @param {ErrorOf} errorOf */
export const rules = (env, errorOf) => {
  const { s, t, act } = env;
  const d = s.draft;
  return unfolding('rules', t('desk.rules'), t('desk.rules.help'), s.open.rules, (on) => act.unfold('rules', on), [
    checkbox('auto-lock', t('desk.auto_lock'), d.autoLock, (on) => act.draft({ autoLock: on }), t('desk.auto_lock.help')),
    checkbox('chat', t('desk.chat'), d.chat, (on) => act.draft({ chat: on }), t('desk.chat.help')),
    checkbox('screen', t('desk.screen'), d.screenShare === 'everyone', (on) => act.draft({ screenShare: on ? 'everyone' : 'hosts' }), t('desk.screen.help')),
    encryption(env),
    field({ id: 'seats', label: t('desk.seats'), help: t('desk.seats.help'), warning: fewSeats(env), error: errorOf('seats') }, (tie) =>
      h('input', { ...tie, type: 'text', inputmode: 'numeric', class: 'short', value: d.seats, on: { input: (e) => act.draft({ seats: e.target.value }) } })),
  ]);
};

/** @type {import('../types.js').E2EE[]} */
const ways = ['required', 'optional', 'off'];

/** @param {Env} env */
const encryption = ({ s, t, act }) =>
  h('fieldset', { class: 'plain-set', key: 'e2ee' },
    h('legend', null, t('desk.e2ee')),
    h('div', { class: 'stack tight' }, ...ways.map((way) =>
      h('label', { class: 'choice', key: way },
        h('input', { type: 'radio', name: 'e2ee', id: `e2ee-${way}`, checked: s.draft.e2ee === way, 'aria-labelledby': `e2ee-${way}-name`, 'aria-describedby': `e2ee-${way}-help`, on: { change: () => act.draft({ e2ee: way }) } }),
        h('span', { class: 'choice-name', id: `e2ee-${way}-name` }, t(`desk.e2ee.${way}`)),
        h('span', { class: 'help', id: `e2ee-${way}-help` }, t(`desk.e2ee.${way}.help`))))));

/** @param {Env} env */
function fewSeats({ s, t }) {
  const seats = Number(s.draft.seats.trim());
  const people = filled(s.draft.guests).length;
  return seats > 0 && seats < people ? t('desk.seats.few', { people }) : '';
}
