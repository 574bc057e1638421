/** When the session opens and closes. */
import { h } from '../../ui/tree.js';
import { hoursOf } from '../model/draft.js';
import { dateValue, daysFrom } from '../model/time.js';
import { field } from './parts.js';
import { dayWords, hoursWords, lengthWords } from './words.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('./create.js').ErrorOf} ErrorOf */

/** @type {import('../types.js').Draft['preset'][]} */
const presets = ['single', 'group', 'later'];

/** @param {Env} env @param {ErrorOf} errorOf */
export function when(env, errorOf) {
  const { t } = env;
  const later = env.s.draft.preset === 'later';
  return h('fieldset', { class: 'card', key: 'when' },
    h('legend', null, h('h2', null, t('desk.when'))),
    h('div', { class: 'choices' }, ...presets.map((p) => choice(env, p))),
    later && h('div', { class: 'three', key: 'hours' }, ...inputs(env, errorOf)),
    h('p', { class: 'outcome', key: 'outcome', 'aria-live': 'polite' }, outcome(env)),
    h('p', { class: 'help', key: 'help' }, t('desk.when.help')));
}

/** @param {Env} env @param {import('../types.js').Draft['preset']} preset */
const choice = ({ s, t, act }, preset) =>
  h('label', { class: 'choice', key: preset },
    h('input', { type: 'radio', name: 'preset', id: `preset-${preset}`, checked: s.draft.preset === preset, 'aria-describedby': `preset-${preset}-help`, 'aria-labelledby': `preset-${preset}-name`, on: { change: () => act.preset(preset) } }),
    h('span', { class: 'choice-name', id: `preset-${preset}-name` }, t(`desk.preset.${preset}`)),
    h('span', { class: 'help', id: `preset-${preset}-help` }, t(`desk.preset.${preset}.help`)));

/** @param {Env} env @param {ErrorOf} errorOf */
const inputs = ({ s, t, act }, errorOf) => [
  field({ id: 'date', label: t('desk.date'), error: errorOf('date') }, (tie) =>
    h('input', { ...tie, type: 'date', min: dateValue(s.now), value: s.draft.date, on: { input: (e) => act.draft({ date: e.target.value }) } })),
  field({ id: 'from', label: t('desk.opens'), error: errorOf('from') }, (tie) =>
    h('input', { ...tie, type: 'time', value: s.draft.from, on: { input: (e) => act.from(e.target.value) } })),
  field({ id: 'to', label: t('desk.closes'), error: errorOf('to') }, (tie) =>
    h('input', { ...tie, type: 'time', value: s.draft.to, on: { input: (e) => act.draft({ to: e.target.value }) } })),
];

/** What the choice comes to, in words. @param {Env} env */
function outcome(env) {
  const { s, w, t } = env;
  const hours = hoursOf(s.draft, s.now);
  if (!hours || hours.closes <= hours.opens) return '';
  const closes = new Intl.DateTimeFormat(w.locale, { hour: '2-digit', minute: '2-digit' }).format(hours.closes);
  if (hours.fromNow) return t('desk.outcome.now', { closes });
  const iso = { opens: new Date(hours.opens).toISOString(), closes: new Date(hours.closes).toISOString() };
  const day = dayWords(env, { at: hours.opens, away: daysFrom(hours.opens, s.now) });
  const plain = t('desk.outcome.later', { day, hours: hoursWords(w, iso), length: lengthWords(env, hours.closes - hours.opens) });
  return [plain, hours.clocks && t(`desk.outcome.${hours.clocks}`)].filter(Boolean).join(' ');
}
