/** Small pieces that all pages are made of. */
import { h } from '../ui/tree.js';
import { icon } from '../ui/icons.js';
import { languages } from '../ui/words.js';

/** @typedef {import('../ui/tree.js').Child} Child */
/** @typedef {import('../ui/tree.js').Props} Props */
/**
 * What a view gets: the state, the words, what may be done, and the streams.
 * @typedef {object} Env
 * @property {import('../state/initial.js').State} s
 * @property {import('../ui/words.js').Words} w
 * @property {import('../ui/words.js').Words['t']} t
 * @property {import('../app/actions.js').Actions} act
 * @property {import('../app/media.js').MediaDesk} media
 */

/** The heading that gets the focus when a page appears. @param {string} text */
export const heading = (text) => h('h1', { tabindex: '-1', 'data-heading': true }, text);

/**
 * @param {string} label
 * @param {(e: Event) => void} click
 * @param {Props & { look?: string }} [props] look: primary, quiet, danger
 */
export function button(label, click, props = {}) {
  const { look = '', ...rest } = props;
  return h('button', { type: 'button', class: `button ${look}`.trim(), on: { click }, ...rest }, label);
}

/**
 * A button with a drawing and a short caption; its full name is for those who hear it.
 * @param {string} drawing
 * @param {string} caption
 * @param {(e: Event) => void} click
 * @param {Props} [props]
 */
export const iconButton = (drawing, caption, click, props = {}) =>
  h('button', { type: 'button', ...props, class: `icon-button ${props.class ?? ''}`.trim(), on: { click } }, icon(drawing), h('span', null, caption));

/**
 * @param {string} title
 * @param {(Child | Child[] | null | false)[]} children
 * @param {string} [look]
 */
export const card = (title, children, look = '') =>
  h('section', { class: `card ${look}`.trim() }, title !== '' && h('h2', null, title), ...children);

/** Text that a person wrote, with its line breaks. @param {string} text @param {string} [look] */
export const written = (text, look = '') => h('p', { class: `written ${look}`.trim(), dir: 'auto' }, text);

/**
 * @param {string} id
 * @param {string} label
 * @param {import('../types.js').Device[]} devices
 * @param {string} chosen
 * @param {(id: string) => void} choose
 * @param {Env} env
 */
export function deviceChoice(id, label, devices, chosen, choose, { t }) {
  if (devices.length < 2) return null;
  return h('div', { class: 'field' },
    h('label', { for: id }, label),
    h('select', { id, on: { change: (e) => choose(e.target.value) } },
      ...devices.map((d, i) => h('option', { key: d.id, value: d.id, selected: d.id === chosen }, d.label || t('check.device', { n: i + 1 })))));
}

/**
 * @param {string} id
 * @param {string} label
 * @param {boolean} checked
 * @param {(on: boolean) => void} change
 * @param {string} [help]
 */
export const checkbox = (id, label, checked, change, help = '') =>
  h('div', { class: 'check' },
    h('input', { type: 'checkbox', id, checked, 'aria-describedby': help && `${id}-help`, on: { change: (e) => change(e.target.checked) } }),
    h('label', { for: id }, label),
    help !== '' && h('p', { class: 'help', id: `${id}-help` }, help));

/** Who runs this service. @param {Env} env */
export function operator({ s, t }) {
  const about = s.about ?? {};
  const lines = [
    about.practice && t('about.by', { practice: about.practice }),
    about.location && t('about.location', { location: about.location }),
    about.contact && t('about.contact', { contact: about.contact }),
    about.reviewed && t('about.reviewed', { reviewed: about.reviewed }),
  ].filter((l) => l);
  return lines.length > 0 && h('footer', { class: 'operator' }, ...lines.map((l) => h('p', null, String(l))));
}

/** The languages to choose from, each in its own words. @param {Env} env */
export const speech = ({ s, w, t, act }) =>
  h('div', { class: 'languages', key: 'languages', role: 'group', 'aria-label': t('language.title') },
    ...Object.entries(languages).map(([id, name]) =>
      button(name, () => act.speak(w, id), { key: id, look: 'quiet small', lang: id, 'aria-pressed': String(s.language === id) })));

/** The camera of this person, mirrored as in a looking glass. @param {Env} env @param {string} label */
export const ownPicture = ({ media }, label) =>
  h('video', { class: 'mirror', key: 'own', muted: true, playsinline: true, autoplay: true, 'aria-label': label, after: (v) => media.showOwn(v) });

/** Ends a host's pause. @param {Env} env */
export const goOn = ({ t, act }) => button(t('host.continue'), () => act.command({ type: 'continue' }), { look: 'primary', key: 'continue' });

/** Plan B, where the technology is failing. @param {Env} env */
export function planB({ s, t }) {
  const text = s.view?.session.plan_b ?? s.preview?.plan_b;
  return text ? card(t('welcome.plan_b'), [written(text)], 'plan-b') : null;
}
