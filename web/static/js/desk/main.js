/** The hosts' page. */
import { Words, choose } from '../ui/words.js';
import { en } from '../../i18n/en.js';
import { deskEn } from '../../i18n/desk-en.js';
import { Desk } from './app/desk.js';
import { takeToken } from './app/device.js';
import { Renderer } from './app/render.js';

const token = takeToken();
const english = { ...en, ...deskEn };
const words = new Words(navigator.languages, english, {
  en: async () => english,
  cy: async () => ({ ...(await import('../../i18n/cy.js')).cy, ...(await import('../../i18n/desk-cy.js')).deskCy }),
  de: async () => ({ ...(await import('../../i18n/de.js')).de, ...(await import('../../i18n/desk-de.js')).deskDe }),
});
await words.use(choose(navigator.languages));
const desk = new Desk({ words, title: document.title });
new Renderer(desk, words);
desk.store.dispatch({ type: 'language', language: words.language });
// A link that was opened in this tab while the words were on their way.
desk.start(location.hash === '' ? token : takeToken());
