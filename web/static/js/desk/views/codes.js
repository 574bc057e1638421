/** Recovery codes, shown once. */
import { h } from '../../ui/tree.js';
import { button, card } from '../../views/parts.js';

/**
 * @param {import('./parts.js').Env} env
 * @param {string[]} all
 * @param {() => void} done
 * @param {string} [more] what else is to be known
 */
export function codes({ t, act }, all, done, more = '') {
  return h('main', { class: 'page page-narrow', key: 'recovery' },
    h('h1', { tabindex: '-1', 'data-heading': true, id: 'codes-title' }, t('desk.recovery.title')),
    h('p', { class: 'lead' }, t('desk.recovery.text')),
    more !== '' && h('p', null, more),
    card('', [
      h('ul', { class: 'codes', 'aria-label': t('desk.recovery.list') }, ...all.map((one) => h('li', { key: one }, h('code', null, one)))),
      h('div', { class: 'actions' }, button(t('desk.recovery.copy'), () => act.entry.copyRecovery(all))),
    ]),
    h('div', { class: 'actions' }, button(t('desk.recovery.done'), done, { look: 'primary' })));
}
