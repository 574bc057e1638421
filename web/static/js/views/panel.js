/** The one panel beside (or, on a phone, above) the pictures. */
import { h } from '../ui/tree.js';
import { button, checkbox, iconButton, speech, written, card } from './parts.js';
import { devices } from './check.js';
import { people } from './people.js';
import { chat } from './chat.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function panel(env) {
  const { s, t, act } = env;
  if (s.panel === '') return null;
  const title = t(`${s.panel}.title`);
  return h('section', { class: `panel panel-${s.panel}`, key: `panel-${s.panel}`, 'aria-labelledby': 'panel-title', on: { keydown: (e) => e.key === 'Escape' && act.panel(s.panel) } },
    h('header', { class: 'panel-head' },
      h('h2', { id: 'panel-title', tabindex: '-1' }, title),
      iconButton('close', t('panel.close'), () => act.panel(s.panel), { class: 'panel-close' })),
    body(env));
}

/** @param {Env} env */
function body(env) {
  switch (env.s.panel) {
    case 'people':
      return people(env);
    case 'chat':
      return chat(env);
    default:
      return settings(env);
  }
}

/** @param {Env} env */
function settings(env) {
  const { s, t, act } = env;
  const session = s.view?.session;
  return h('div', { class: 'panel-body stack' },
    devices(env),
    speech(env),
    checkbox('self-hidden', t('settings.self'), s.selfHidden, (on) => act.hideSelf(on), t('settings.self.help')),
    checkbox('low', t('settings.low'), s.low, (on) => act.setLow(on), t('settings.low.help')),
    h('div', { class: 'with-help' }, button(t('settings.details'), () => act.copyDetails()), h('p', { class: 'help' }, t('settings.details.help'))),
    session?.ground_rules && card(t('settings.rules'), [written(session.ground_rules)]),
    session?.plan_b && card(t('settings.plan_b'), [written(session.plan_b)]));
}
