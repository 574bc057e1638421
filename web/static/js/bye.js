/** The page after a session. Says how it ended, and keeps nothing. */
import { patch, h } from './ui/tree.js';
import { Words, choose } from './ui/words.js';
import { about } from './protocol/http.js';
import { resources } from './views/help.js';

const [said, language] = window.name.split(' ');
const why = ['ended', 'removed'].includes(said) ? said : 'left';
window.name = '';
const words = new Words(navigator.languages);
await words.use(language || choose(navigator.languages));
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
      why === 'left' && h('p', null, t('bye.back')),
      h('div', { id: 'help' })),
  ]);
  status.textContent = t(`status.${why}`);
  app.querySelector('h1')?.focus();
  showHelp();
}

/** Where to find help at once stays in reach, should anybody need it. */
async function showHelp() {
  const place = document.getElementById('help');
  const crisis = (await about().catch(() => null))?.crisis;
  if (place && crisis) patch(place, [h('section', { class: 'card' }, h('h2', null, t('help.title')), ...resources(crisis, t))]);
}
