/** The page for a link that lost its end on the way. */
import { h } from '../ui/tree.js';
import { button, card, heading, operator, speech } from './parts.js';

/** @param {import('./parts.js').Env} env */
export function paste(env) {
  const { s, t, act } = env;
  return h('main', { class: 'page page-narrow', key: 'paste' },
    speech(env),
    heading(t('paste.title')),
    h('p', null, t(s.mangled ? 'paste.mangled' : 'paste.lost')),
    h('p', null, t('paste.how')),
    h('form', { class: 'stack', on: { submit: (e) => act.pasted(e) } },
      h('div', { class: 'field' },
        h('label', { for: 'pasted' }, t('paste.field')),
        h('textarea', {
          id: 'pasted', rows: '4', value: s.form.pasted, autocapitalize: 'off',
          'aria-invalid': s.joinError ? 'true' : false, 'aria-describedby': s.joinError ? 'pasted-error' : false,
          on: { input: (e) => act.field('pasted', e.target.value) },
        }),
        s.joinError && h('p', { class: 'error', id: 'pasted-error', role: 'alert' }, t('paste.unknown'))),
      h('button', { type: 'submit', class: 'button primary' }, t('paste.button'))),
    inAppHint(env),
    operator(env));
}

/** @param {import('./parts.js').Env} env */
export const inAppHint = ({ s, t, act }) =>
  s.browser.inApp && card(t('inapp.title'), [h('p', null, t('inapp.text')), s.page === 'welcome' && h('div', { class: 'actions' }, button(t('inapp.copy'), () => act.copyLink()))], 'note');

/** @param {import('./parts.js').Env} env */
export const loading = ({ t }) => h('main', { class: 'page page-narrow', key: 'loading' }, heading(t('status.loading')));

/** Refusals after which trying again may help. */
const retryable = new Set(['unavailable', 'unreachable', 'rate_limited', 'full', 'locked', 'too_early', 'other']);

/** @param {import('./parts.js').Env} env */
export function refused(env) {
  const { s, w, t, act } = env;
  const code = s.refused?.code ?? 'other';
  const known = w.has(`refused.${code}.title`) ? code : 'other';
  const next = t(`refused.${known}.next`);
  return h('main', { class: 'page page-narrow', key: `refused-${known}`, 'data-code': code },
    speech(env),
    heading(t(`refused.${known}.title`)),
    h('p', { class: 'lead' }, t(`refused.${known}.text`)),
    next !== '' && h('p', null, next),
    h('div', { class: 'actions' },
      (code === 'link_used' || code === 'left') && button(t('refused.knock'), () => act.knock(), { look: 'primary' }),
      (retryable.has(known)) && button(t('refused.retry'), () => act.retry(), { look: 'primary' }),
      code === 'replaced' && button(t('refused.here'), () => act.takeBack(), { look: 'primary' }),
      code === 'outdated' && button(t('refused.reload'), () => act.reload(), { look: 'primary' }),
      code === 'link_invalid' && button(t('refused.paste'), () => act.pasteAgain(), { look: 'primary' }),
      button(t('settings.details'), () => act.copyDetails(), { look: 'quiet' })),
    operator(env));
}
