/** The page that a link opens. */
import { App } from './app/app.js';
import { Renderer } from './app/render.js';
import { followDevice, isEmbedded } from './app/device.js';
import { Words, choose } from './ui/words.js';

const app = new App({ exitURL: document.body.dataset.exit ?? 'about:blank', embedded: isEmbedded(navigator.userAgent) });
app.arrival.take();
const words = new Words(navigator.languages);
await words.use(app.arrival.keep.language() ?? choose(navigator.languages));
app.store.dispatch({ type: 'language', language: words.language });
new Renderer(app, words);
followDevice(app);
app.start();
