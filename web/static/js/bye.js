/** The page after a session. Says how it ended, and keeps nothing. */
import { patch, h } from './ui/tree.js';
import { Words } from './ui/words.js';

const why = ['ended', 'removed'].includes(window.name) ? window.name : 'left';
window.name = '';
const words = new Words(navigator.languages);
const { t } = words;
document.documentElement.lang = words.language;

const app = document.getElementById('app');
const status = document.getElementById('status');
if (app && status) {
  app.replaceChildren();
  patch(app, [
    h('main', { class: 'page page-narrow', 'data-why': why },
      h('h1', { tabindex: '-1' }, t(`bye.${why}.title`)),
      h('p', { class: 'lead' }, t(`bye.${why}.text`)),
      h('p', null, t('bye.wiped')),
      why === 'left' && h('p', null, t('bye.back'))),
  ]);
  status.textContent = t(`status.${why}`);
  app.querySelector('h1')?.focus();
}
