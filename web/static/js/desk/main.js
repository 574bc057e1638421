/** The hosts' page. */
import { Words } from '../ui/words.js';
import { en } from '../../i18n/en.js';
import { deskEn } from '../../i18n/desk-en.js';
import { Desk } from './app/desk.js';
import { Renderer } from './app/render.js';

const words = new Words(navigator.languages, { en: { ...en, ...deskEn } });
const desk = new Desk({ words, title: document.title });
new Renderer(desk, words);
desk.start();
