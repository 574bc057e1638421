/** Puts the state on the screen, and says aloud what changed. */
import { patch } from '../ui/tree.js';
import { exit, page, status } from '../views/page.js';
import { phaseOf } from '../state/select.js';
import { newsOf } from '../state/news.js';

/** @typedef {import('../state/initial.js').State} State */

export class Renderer {
  /** @param {import('./app.js').App} app @param {import('../ui/words.js').Words} words */
  constructor(app, words) {
    this.app = app;
    this.words = words;
    this.title = document.title;
    this.parts = { status: element('status'), announce: element('announce'), exit: element('exit'), app: element('app') };
    /** @type {State | null} what is on the screen */
    this.shown = null;
    this.queued = false;
    document.documentElement.lang = words.language;
    document.addEventListener('visibilitychange', () => { if (!document.hidden) document.title = this.title; });
    app.store.listen((now, before) => this.changed(now, before));
  }

  /** @param {State} now @param {State} before */
  changed(now, before) {
    if (now.view && now.view !== before.view) this.tell(newsOf(before.view, now.view));
    if (now.chat.length > before.chat.length) this.tellChat(now);
    if (now.failure && now.failure !== before.failure) this.say(this.failure(now.failure.code), true);
    if (now.own !== before.own) this.app.remember();
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => this.render());
  }

  render() {
    this.queued = false;
    const s = this.app.store.state;
    const env = { s, w: this.words, t: this.words.t, act: this.app.actions, media: this.app.media };
    patch(this.parts.exit, exit(env));
    patch(this.parts.app, page(env));
    const words = status(env);
    if (this.parts.status.textContent !== words) this.parts.status.textContent = words;
    document.body.dataset.phase = phaseOf(s);
    this.moveFocus(s);
    this.shown = s;
  }

  /** A new page has its heading focused; a panel that was opened, its own. @param {State} s */
  moveFocus(s) {
    const before = this.shown;
    const phase = phaseOf(s);
    if (!before || phaseOf(before) !== phase) {
      document.title = this.titleFor(phase);
      if (!s.dialog) focus('[data-heading]');
      window.scrollTo(0, 0);
    } else if (before.panel !== s.panel) {
      focus(s.panel === '' ? `.controls [data-panel="${before.panel}"]` : '#panel-title');
    }
  }

  /** @param {string} phase */
  titleFor(phase) {
    return document.hidden && (phase === 'in' || phase === 'greeted') ? this.words.t('title.ready', { title: this.title }) : this.title;
  }

  /** @param {import('../state/news.js').News[]} news */
  tell(news) {
    for (const item of news) {
      this.say(this.words.t(this.words.has(item.key) ? item.key : 'notices.title', item.params), item.seen);
      if (item.sound) this.app.media.sounds[item.sound]();
    }
  }

  /** @param {State} s */
  tellChat(s) {
    const last = s.chat.at(-1);
    if (!last || last.from === s.view?.me.seat) return;
    const label = s.view?.people?.find((p) => p.seat === last.from)?.label ?? this.words.t('chat.gone');
    this.say(this.words.t('news.chat', { label, text: last.text }), s.panel !== 'chat');
  }

  /** @param {string} code */
  failure(code) {
    const key = `join.${code}`;
    return this.words.t(this.words.has(key) ? key : 'join.other');
  }

  /** One line for each thing said; old lines go, so that nothing stays in the document. @param {string} text @param {boolean} [seen] */
  say(text, seen = false) {
    const line = document.createElement('p');
    line.textContent = text;
    if (!seen) line.className = 'unseen';
    this.parts.announce.append(line);
    setTimeout(() => line.remove(), 8000);
  }
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} selector */
function focus(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.focus({ preventScroll: true });
}
