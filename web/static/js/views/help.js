/** Where people find help at once: the operator's list, one click away on every page. */
import { h } from '../ui/tree.js';
import { show } from './dialog.js';
import { button } from './parts.js';

/** @typedef {import('../types.js').Resource} Resource */

/** @param {import('./parts.js').Env} env */
export function help({ s, t, act }) {
  const crisis = s.about?.crisis;
  if (!s.help || !crisis) return null;
  return h('dialog', { key: 'help', class: 'dialog', 'aria-labelledby': 'help-title', mounted: show, on: { cancel: (e) => { e.preventDefault(); act.help(false); } } },
    h('div', { class: 'stack' },
      h('h2', { id: 'help-title' }, t('help.title')),
      ...resources(crisis, t),
      h('div', { class: 'row' }, button(t('panel.close'), () => act.help(false)))));
}

/**
 * @param {{ reviewed: string, resources: Resource[] }} crisis
 * @param {import('../ui/words.js').Words['t']} t
 */
export const resources = (crisis, t) => [
  h('p', null, t('help.text')),
  h('ul', { class: 'resources' }, ...crisis.resources.map((r, i) => resource(r, i, t))),
  h('p', { class: 'help' }, t('help.reviewed', { reviewed: crisis.reviewed })),
];

/** @param {Resource} r @param {number} i @param {import('../ui/words.js').Words['t']} t */
const resource = (r, i, t) =>
  h('li', { key: `r${i}` },
    h('strong', { dir: 'auto', translate: 'yes' }, r.name),
    r.text && h('span', { dir: 'auto', translate: 'yes' }, r.text),
    r.phone && h('a', { href: `tel:${r.phone.replace(/[^+0-9]/g, '')}` }, t('help.call', { phone: r.phone })),
    r.url && h('a', { href: r.url, target: '_blank', rel: 'noopener noreferrer' }, t('help.open', { name: r.name })));
