/** Messages: to all, or to the host alone. Kept only while the page is open. */
import { h } from '../ui/tree.js';
import { onBreak, onlyToHost } from '../state/select.js';
import { checkbox } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env */
export function chat(env) {
  const { s, t } = env;
  return h('div', { class: 'panel-body chat' },
    h('p', { class: 'help' }, t('chat.note')),
    h('ol', { class: 'messages', tabindex: '0', 'aria-label': t('chat.title'), after: stayAtEnd },
      s.chat.length === 0 && h('li', { key: 'none', class: 'help' }, t('chat.empty')),
      ...s.chat.map((m, i) => message(env, m, i))),
    s.role === 'host' && s.view?.room?.chat === false ? h('p', { class: 'help', key: 'off' }, t('chat.off.host')) : form(env));
}

/** @param {Env} env */
function form({ s, t, act }) {
  return h('form', { class: 'chat-form', key: 'form', on: { submit: (e) => act.sendChat(e) } },
    onlyToHost(s) && h('p', { class: 'help', key: 'only' }, t(onBreak(s) ? 'chat.break' : 'chat.off')),
    h('label', { for: 'draft' }, t('chat.field')),
    h('textarea', { id: 'draft', rows: '2', maxlength: '2000', value: s.draft.text, on: { input: (e) => act.draft({ text: e.target.value }), keydown: (e) => sendOnEnter(e) } }),
    s.role === 'guest' && !onlyToHost(s) && checkbox('private', t('chat.private'), s.draft.private, (on) => act.draft({ private: on })),
    h('button', { type: 'submit', class: 'button primary' }, t('chat.send')));
}

/** @param {Env} env @param {import('../state/initial.js').Line} m @param {number} i */
function message({ s, w, t }, m, i) {
  const mine = m.from === s.view?.me.seat;
  const name = mine ? t('chat.you') : (s.view?.people?.find((p) => p.seat === m.from)?.label ?? t('chat.gone'));
  return h('li', { key: `m${i}`, class: mine ? 'message mine' : 'message' },
    h('p', { class: 'message-head' }, h('strong', { dir: 'auto' }, name), ' ', h('span', { class: 'help' }, w.hour(m.at, s.clock.now), m.private && ` · ${t('chat.private.tag')}`)),
    h('p', { class: 'written', dir: 'auto' }, m.text));
}

/** @param {KeyboardEvent} e */
function sendOnEnter(e) {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
  e.preventDefault();
  /** @type {HTMLTextAreaElement} */ (e.target).form?.requestSubmit();
}

/** @param {HTMLElement} list */
function stayAtEnd(list) {
  const count = String(list.children.length);
  if (list.dataset.count !== count) list.scrollTop = list.scrollHeight;
  list.dataset.count = count;
}
