/** Who is expected: one line for each person, by a short label. */
import { h } from '../../ui/tree.js';
import { button, iconButton } from '../../views/parts.js';
import { tooTelling } from '../model/people.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('./create.js').ErrorOf} ErrorOf */
/** @typedef {'guests' | 'hosts'} List */

/** @param {Env} env @param {ErrorOf} errorOf */
export const people = (env, errorOf) =>
  h('fieldset', { class: 'card', key: 'people' },
    h('legend', null, h('h2', null, env.t('desk.people'))),
    h('p', { class: 'help', id: 'people-help', key: 'help' }, env.t('desk.people.help')),
    rows(env, 'guests', errorOf),
    h('h3', { key: 'hosts-title' }, env.t('desk.hosts')),
    h('p', { class: 'help', id: 'hosts-help', key: 'hosts-help' }, env.t('desk.hosts.help')),
    rows(env, 'hosts', errorOf));

/** @param {Env} env @param {List} list @param {ErrorOf} errorOf */
function rows(env, list, errorOf) {
  const { s, t, act } = env;
  const all = s.draft[list];
  return h('div', { class: 'rows', key: list },
    h('ul', { class: 'rows' }, ...all.map((row, i) => line(env, list, row, i, errorOf(`${list}-${i}`)))),
    h('div', null, button(t(`desk.${list}.add`), () => act.addRow(list, all.length - 1), { id: `${list}-add` })));
}

/** @param {Env} env @param {List} list @param {import('../types.js').Row} row @param {number} i @param {string} error */
function line({ s, t, act }, list, row, i, error) {
  const id = `${list}-${i}`;
  const name = t(`desk.${list}.label`, { n: i + 1 });
  const telling = tooTelling(row.label);
  const ties = [list === 'guests' ? 'people-help' : 'hosts-help', telling && `${id}-warning`, error && `${id}-error`].filter(Boolean).join(' ');
  return h('li', { class: 'person-row', key: row.key },
    h('label', { for: id }, name),
    h('input', {
      id, type: 'text', value: row.label, dir: 'auto', enterkeyhint: 'next',
      'aria-describedby': ties, 'aria-invalid': error ? 'true' : false,
      on: { input: (e) => act.row(list, i, e.target.value), keydown: (e) => act.rowKey(e, list, i), keypress: (e) => act.rowKey(e, list, i), paste: (e) => act.pasteRows(e, list, i) },
    }),
    (s.draft[list].length > 1) && iconButton('close', t('desk.remove_row'), () => act.removeRow(list, i), { key: 'remove', class: 'remove', 'aria-label': t('desk.remove_row.full', { name: row.label || name }) }),
    h('div', { class: 'says', key: 'says', 'aria-live': 'polite' },
      telling !== '' && h('p', { class: 'warning', id: `${id}-warning` }, t(`desk.telling.${telling}`)),
      error !== '' && h('p', { class: 'error', id: `${id}-error` }, error)));
}
