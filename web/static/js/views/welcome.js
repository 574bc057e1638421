/** What a person sees before anything is asked of them. */
import { h } from '../ui/tree.js';
import { icon } from '../ui/icons.js';
import { tooEarly } from '../state/select.js';
import { button, card, checkbox, heading, operator, speech, written } from './parts.js';
import { inAppHint } from './paste.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function welcome(env) {
  const { s, t } = env;
  const p = s.preview;
  return h('main', { class: 'page', key: 'welcome' },
    speech(env),
    heading(titleOf(env)),
    s.knock && h('p', { class: 'lead' }, t('welcome.knock.text')),
    early(env),
    p?.greeting && h('section', { class: 'greeting', 'aria-label': t('welcome.greeting') }, written(p.greeting)),
    p && when(env, p),
    inAppHint(env),
    h('div', { class: 'columns' },
      h('div', { class: 'stack' },
        card(t('before.title'), [h('ul', { class: 'ticks' }, ...checklist(env).map(tick))]),
        p?.ground_rules && card(t('welcome.rules'), [written(p.ground_rules)]),
        p?.plan_b && card(t('welcome.plan_b'), [written(p.plan_b)])),
      keeps(env)),
    checkbox('shared', t('shared.label'), s.form.shared, (on) => env.act.setShared(on), t('shared.help')),
    h('p', { class: 'help' }, t('keeps.ack')),
    actions(env),
    operator(env));
}

/** @param {Env} env */
function titleOf({ s, t }) {
  if (s.knock) return t('welcome.knock');
  if (tooEarly(s)) return t('early.title');
  return s.role === 'host' ? t('welcome.host') : t('welcome.title');
}

/** @param {Env} env */
function early({ s, w, t }) {
  if (!tooEarly(s) || !s.preview) return null;
  const left = Date.parse(s.preview.opens) - s.clock.now;
  return h('p', { class: 'lead' }, t('early.text', { hour: w.hour(s.preview.opens, s.clock.now), until: w.until(left) }), ' ', t('early.check'));
}

/** @param {Env} env @param {import('../types.js').Preview} p */
function when({ s, w, t }, p) {
  const hours = t('welcome.hours', { from: w.hour(p.opens, s.clock.now), to: w.hour(p.closes, s.clock.now) });
  return h('p', { class: 'when' }, h('span', { class: 'when-label' }, t('welcome.when')), ' ', h('strong', null, hours));
}

/** The operator's own lines, where there are any. @param {Env} env */
const checklist = ({ s, t }) => (s.about?.checklist?.length ? s.about.checklist : ['alone', 'headphones', 'assistants'].map((k) => t(`before.${k}`)));

/** @param {string} text */
const tick = (text) => h('li', null, icon('check'), h('span', null, text));

/** @param {Env} env */
const keeps = ({ s, t }) => {
  const media = { required: ['e2ee', 'cheat'], optional: ['e2ee', 'optional', 'cheat'], off: ['media', 'clear'] }[s.preview?.e2ee ?? 'off'];
  return card(t('keeps.title'), [h('ul', { class: 'plain' }, ...[...media, 'label', 'browser'].map((k) => h('li', null, t(`keeps.${k}`))))]);
};

/** @param {Env} env */
function actions({ s, t, act }) {
  const busy = s.busy === 'check';
  return h('div', { class: 'actions sticky' },
    button(t('check.button'), (e) => act.check(e, true), { look: 'primary', 'aria-busy': busy ? 'true' : false }),
    button(t('check.sound_only'), (e) => act.check(e, false), { look: 'quiet' }),
    busy && h('p', { class: 'help', role: 'alert' }, t('check.asking')));
}
