/** The page that a link opens. */
import { App } from './app/app.js';
import { Renderer } from './app/render.js';
import { followDevice, isEmbedded } from './app/device.js';
import { Words } from './ui/words.js';

const app = new App({ exitURL: document.body.dataset.exit ?? 'about:blank', embedded: isEmbedded(navigator.userAgent) });
new Renderer(app, new Words(navigator.languages));
followDevice(app);
app.start();
