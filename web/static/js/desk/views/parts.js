/** Small pieces of the hosts' page. */
import { h } from '../../ui/tree.js';
import { icon } from '../../ui/icons.js';

/** @typedef {import('../../ui/tree.js').Child} Child */
/**
 * What a view gets: the state, the words, and what may be done.
 * @typedef {object} Env
 * @property {import('../model/initial.js').State} s
 * @property {import('../../ui/words.js').Words} w
 * @property {import('../../ui/words.js').Words['t']} t
 * @property {import('../app/actions.js').Actions} act
 */

/**
 * A labelled field with its help, its warning and its mistake, all tied to it
 * for those who hear them.
 * @param {object} about
 * @param {string} about.id
 * @param {string} about.label
 * @param {string} [about.help]
 * @param {string} [about.warning]
 * @param {string} [about.error]
 * @param {(props: Record<string, any>) => Child} control makes the field from its id and its ties
 */
export function field({ id, label, help = '', warning = '', error = '' }, control) {
  const ties = [help && `${id}-help`, warning && `${id}-warning`, error && `${id}-error`].filter(Boolean).join(' ');
  return h('div', { class: 'field', key: `field-${id}` },
    h('label', { key: 'label', for: id }, label),
    help !== '' && h('p', { key: 'help', class: 'help', id: `${id}-help` }, help),
    control({ key: 'control', id, 'aria-describedby': ties || false, 'aria-invalid': error ? 'true' : false }),
    warning !== '' && h('p', { key: 'warning', class: 'warning', id: `${id}-warning` }, warning),
    error !== '' && h('p', { key: 'error', class: 'error', id: `${id}-error` }, error));
}

/** The state of an invite or a session in words, with a dot that only repeats them. @param {string} words @param {string} tone */
export const state = (words, tone) => h('span', { class: 'state', 'data-tone': tone }, words);

/** What did not work, and what to do; or that it is over. @param {Env} env @param {import('../model/initial.js').Failure['where']} where */
export function failed(env, where) {
  const f = env.s.failure;
  if (f?.where !== where) return null;
  const good = f.code === 'ended' || f.code === 'gone';
  return h('p', { class: good ? 'banner good' : 'banner error', role: good ? 'status' : 'alert', key: `failed-${where}` }, errorWords(env, f));
}

/**
 * A sentence for a code. What the server says of a bad request is more precise.
 * @param {Env} env
 * @param {{ code: string, message?: string }} failure
 */
export function errorWords({ w, t }, { code, message = '' }) {
  if (code === 'bad_request' && message !== '') return message;
  return t(w.has(`desk.error.${code}`) ? `desk.error.${code}` : 'desk.error.other');
}

/** @param {string} words */
export const done = (words) => h('span', { class: 'done', key: 'done' }, icon('check'), words);

/**
 * A part that unfolds.
 * @param {string} key
 * @param {string} title
 * @param {string} help
 * @param {boolean} open
 * @param {(on: boolean) => void} toggle
 * @param {(Child | null | false)[]} children
 */
export const unfolding = (key, title, help, open, toggle, children) =>
  h('details', { class: 'card unfolding', key, open, on: { toggle: (e) => toggle(e.target.open) } },
    h('summary', null, h('h2', null, title), h('span', { class: 'help' }, help)),
    h('div', { class: 'stack' }, ...children));
