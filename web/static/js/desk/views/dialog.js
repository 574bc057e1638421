/** Questions before something that cannot be taken back. */
import { h } from '../../ui/tree.js';
import { button, checkbox } from '../../views/parts.js';
import { show } from '../../views/dialog.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function dialog(env) {
  const { s, t, act } = env;
  const d = s.dialog;
  if (!d) return null;
  const label = 'label' in d ? d.label : '';
  const key = d.kind === 'reissue' && d.role === 'host' ? 'reissue_host' : d.kind;
  const mild = d.kind === 'add_locked' || d.kind === 'reissue';
  return h('dialog', { key: `dialog-${d.kind}`, class: 'dialog', 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text', mounted: show, on: { cancel: (e) => { e.preventDefault(); act.ask(null); } } },
    h('form', { class: 'stack', on: { submit: (e) => { e.preventDefault(); act.decide(); } } },
      h('h2', { id: 'dialog-title' }, t(`desk.dialog.${key}.title`, { label })),
      h('p', { id: 'dialog-text' }, t(`desk.dialog.${key}.text`, { label })),
      d.kind === 'reissue' && d.role === 'guest' && d.locked && checkbox('unlock', t('desk.dialog.unlock'), d.unlock, (on) => act.unlockToo(on), t('desk.dialog.unlock.help')),
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: mild ? 'button primary' : 'button danger', 'aria-busy': s.busy ? 'true' : false }, t(`desk.dialog.${key}.yes`, { label })),
        button(t('dialog.cancel'), () => act.ask(null), { autofocus: true }))));
}
