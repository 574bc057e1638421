/** The device check, and the button that asks to come in. */
import { h } from '../ui/tree.js';
import { tooEarly } from '../state/select.js';
import { button, card, checkbox, deviceChoice, heading, operator, ownPicture, speech } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function check(env) {
  const { s, t, act } = env;
  return h('main', { class: 'page', key: 'check' },
    speech(env),
    heading(t('check.title')),
    h('p', { class: 'help' }, t('check.title.quiet')),
    problem(env),
    h('div', { class: 'columns' },
      h('div', { class: 'stack' }, preview(env), level(env), switches(env)),
      h('div', { class: 'stack' },
        passcode(env),
        devices(env),
        button(t('check.test'), () => act.testSound()),
        h('p', { class: 'help' }, t('check.locks')))),
    h('div', { class: 'actions sticky' },
      s.joinError && h('p', { class: 'error', role: 'alert', id: 'join-error' }, joinError(env)),
      join(env),
      button(t('check.back'), () => act.back(), { look: 'quiet' })),
    operator(env));
}

/** @param {Env} env */
function preview(env) {
  const { s, t } = env;
  return h('div', { class: 'preview' }, s.own.camera === 'on' ? ownPicture(env, t('check.preview')) : h('p', { class: 'preview-off' }, t('check.no_picture')));
}

/** @param {Env} env */
function level({ s, t, media }) {
  if (s.own.mic === 'none') return null;
  return h('div', { class: 'field', key: `level-${s.own.chosen.mic}` },
    h('label', { for: 'level' }, t('check.level')),
    h('meter', { id: 'level', min: '0', max: '1', low: '0.05', mounted: (m) => media.showLevel(m) }),
    h('p', { class: 'help' }, t('check.level.help')));
}

/** @param {Env} env */
export function switches({ s, t, act }) {
  return h('div', { class: 'row' },
    s.own.mic !== 'none' && button(t(s.own.mic === 'on' ? 'control.mute' : 'control.unmute'), () => act.toggleMic(), { key: 'mic' }),
    button(t(s.own.camera === 'on' ? 'control.stop_video' : 'control.start_video'), () => act.toggleCamera(), { key: 'camera' }));
}

/** @param {Env} env */
export function devices(env) {
  const { s, t, act } = env;
  return h('div', { class: 'stack' },
    s.own.blur !== 'none' && checkbox('blur', t('settings.blur'), s.own.blur === 'on', (on) => act.blur(on), t('settings.blur.help')),
    deviceChoice('choose-camera', t('check.camera'), s.devices.cameras, s.own.chosen.camera, (id) => act.chooseDevice('camera', id), env),
    deviceChoice('choose-mic', t('check.mic'), s.devices.mics, s.own.chosen.mic, (id) => act.chooseDevice('mic', id), env),
    deviceChoice('choose-speaker', t('check.speaker'), s.devices.speakers, s.speaker, (id) => act.chooseSpeaker(id), env));
}

/** @param {Env} env */
function problem({ s, t, act }) {
  const p = s.own.problem;
  if (!p) return null;
  return card(t(`problem.${p}.title`), [
    h('p', null, t(`problem.${p}.text`)),
    p === 'denied' && h('p', null, t(`problem.denied.how.${s.browser.kind}`)),
    h('p', null, t('problem.anyway')),
    p !== 'unsupported' && button(t('check.again'), (e) => act.check(e, true)),
  ], 'note');
}

/** @param {Env} env */
function passcode({ s, t, act }) {
  const asked = s.preview?.passcode || s.joinError?.code.startsWith('passcode_') || s.form.passcode !== '';
  if (!asked) return null;
  const wrong = s.joinError?.code.startsWith('passcode_');
  return h('div', { class: 'field', key: 'passcode' },
    h('label', { for: 'passcode' }, t('check.passcode')),
    h('input', {
      id: 'passcode', type: 'text', value: s.form.passcode, maxlength: '64', autocapitalize: 'off',
      'aria-describedby': wrong ? 'join-error' : 'passcode-help', 'aria-invalid': wrong ? 'true' : false,
      on: { input: (e) => act.field('passcode', e.target.value), keydown: (e) => e.key === 'Enter' && !e.isComposing && act.join(e) },
    }),
    h('p', { class: 'help', id: 'passcode-help' }, t('check.passcode.help')));
}

/** @param {Env} env */
function join({ s, w, t, act }) {
  if (tooEarly(s) && s.preview) {
    const opens = s.preview.opens;
    return h('p', { class: 'lead', key: 'early' }, t('early.ask', { hour: w.hour(opens, s.clock.now), until: w.until(Date.parse(opens) - s.clock.now) }));
  }
  const name = s.busy === 'join' ? 'join.busy' : `join.${s.role}`;
  return button(t(name), (e) => act.join(e), { look: 'primary', key: 'join', 'aria-busy': s.busy === 'join' ? 'true' : false });
}

/** @param {Env} env */
function joinError({ s, w, t }) {
  const key = `join.${s.joinError?.code}`;
  return t(w.has(key) ? key : 'join.other');
}
