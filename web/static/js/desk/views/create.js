/** The form of a new session: who and when first; all else has a default. */
import { h } from '../../ui/tree.js';
import { button, heading } from '../../views/parts.js';
import { problemsOf, typed } from '../model/draft.js';
import { failed } from './parts.js';
import { when } from './create_when.js';
import { people } from './create_people.js';
import { more, rules, title } from './create_more.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {(field: string) => string} ErrorOf the words for a field's mistake, or '' */

/** @param {Env} env */
export function create(env) {
  const { s, t, act } = env;
  const problems = s.tried ? problemsOf(s.draft, s.now) : [];
  /** @type {ErrorOf} */
  const errorOf = (field) => {
    const found = problems.find((p) => p.field === field);
    return found ? t(found.key, found.params) : '';
  };
  return h('main', { class: 'page page-form', key: 'create' },
    h('div', { class: 'back', key: 'back' },
      button(t('desk.back'), () => act.back(), { key: 'back', look: 'quiet small' }),
      typed(s.draft) && button(t('desk.create.afresh'), () => act.startAfresh(), { key: 'afresh', look: 'quiet small plain-start' })),
    heading(t('desk.create.title')),
    h('form', { class: 'stack', novalidate: true, on: { submit: (e) => act.create(e) } },
      when(env, errorOf),
      people(env, errorOf),
      title(env, errorOf),
      more(env, errorOf),
      rules(env, errorOf),
      h('div', { class: 'actions sticky', key: 'actions' },
        failed(env, 'create'),
        problems.length > 0 && h('p', { class: 'error', role: 'alert', key: 'count' }, t('desk.problem.count', { n: problems.length })),
        h('button', { key: 'create', type: 'submit', class: 'button primary', 'aria-busy': s.busy === 'create' ? 'true' : false }, t('desk.create.button')))));
}
