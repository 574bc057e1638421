/** Questions before something that cannot be taken back, and the words that go with a decision. */
import { h } from '../ui/tree.js';
import { button } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */

/** Words that are ready, for a decision that should not wait for typing. */
const presets = { decline: ['later', 'call', 'who'], hold: ['moment', 'break'] };

/** @param {Env} env */
export function dialog(env) {
  const { s, t, act } = env;
  const d = s.dialog;
  if (!d) return null;
  const label = 'label' in d ? d.label : '';
  const asks = d.kind === 'hold' || d.kind === 'decline';
  return h('dialog', { key: `dialog-${d.kind}`, class: 'dialog', 'aria-labelledby': 'dialog-title', mounted: show, on: { cancel: (e) => { e.preventDefault(); act.dialog(null); } } },
    h('form', { class: 'stack', on: { submit: (e) => { e.preventDefault(); act.decide(); } } },
      h('h2', { id: 'dialog-title' }, t(`dialog.${d.kind}.title`, { label })),
      h('p', null, t(`dialog.${d.kind}.text`, { label })),
      (d.kind === 'hold' || d.kind === 'decline') && h('div', { class: 'field' },
        h('label', { for: 'to-one' }, t('dialog.message')),
        h('input', { id: 'to-one', type: 'text', maxlength: '300', value: s.form.toOne, on: { input: (e) => act.field('toOne', e.target.value) } }),
        h('p', { class: 'help' }, t('dialog.preset')),
        h('div', { class: 'presets' }, ...presets[d.kind].map((k) => button(t(`preset.${d.kind}.${k}`), () => act.field('toOne', t(`preset.${d.kind}.${k}`)), { key: k, look: 'small' })))),
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: asks ? 'button primary' : 'button danger' }, t(`dialog.${d.kind}.yes`, { label })),
        button(t('dialog.cancel'), () => act.dialog(null), { autofocus: !asks }))));
}

/** Opens a dialog that has come, and gives the focus back when it goes. @param {HTMLDialogElement} element */
export function show(element) {
  const before = document.activeElement;
  queueMicrotask(() => element.isConnected && !element.open && element.showModal());
  return () => {
    element.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
