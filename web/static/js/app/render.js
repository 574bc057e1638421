/** Puts the state on the screen, and says aloud what changed. */
import { patch } from '../ui/tree.js';
import { exit, page, status } from '../views/page.js';
import { atDoor, phaseOf } from '../state/select.js';
import { newsOf } from '../state/news.js';
import { lineNews } from '../state/lines.js';

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
    /** Whether this guest was let in while looking elsewhere. */
    this.came = false;
    document.addEventListener('visibilitychange', () => { if (!document.hidden) { this.came = false; document.title = this.title; } });
    app.store.listen((now, before) => this.changed(now, before));
  }

  /** @param {State} now @param {State} before */
  changed(now, before) {
    if (now.view && now.view !== before.view) this.tell(newsOf(before.view, now.view));
    for (const { key, params } of lineNews(before, now)) this.say(this.words.t(key, params));
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
    document.documentElement.lang = this.words.language;
    patch(this.parts.exit, exit(env));
    patch(this.parts.app, page(env));
    const words = status(env);
    if (this.parts.status.textContent !== words) this.parts.status.textContent = words;
    document.body.dataset.phase = phaseOf(s);
    this.moveFocus(s);
    this.nameWindow(s);
    this.shown = s;
  }

  /** A new page has its heading focused; a panel that was opened, its own. @param {State} s */
  moveFocus(s) {
    const before = this.shown;
    const phase = phaseOf(s);
    if (!before || phaseOf(before) !== phase) {
      if (!s.dialog && !s.help) focus('[data-heading]');
      window.scrollTo(0, 0);
    } else if (before.panel !== s.panel) {
      focus(s.panel === '' ? `.controls [data-panel="${before.panel}"]` : '#panel-title', true);
    } else if (before.joinError !== s.joinError && s.joinError?.code.startsWith('passcode_')) {
      document.getElementById('passcode')?.focus(); // and scrolls to it
    }
  }

  /** Whoever looks elsewhere sees on the tab that they may come in, or how many ask to. @param {State} s */
  nameWindow(s) {
    const name = document.hidden ? this.nameFor(s) : this.title;
    if (document.title !== name) document.title = name;
  }

  /** @param {State} s */
  nameFor(s) {
    const { title } = this;
    const count = atDoor(s).filter((d) => d.phase === 'waiting' || d.phase === 'knocking').length;
    if (s.role === 'host') return count > 0 ? this.words.t('title.door', { count, title }) : title;
    return ['in', 'greeted'].includes(phaseOf(s)) && this.came ? this.words.t('title.ready', { title }) : title;
  }

  /** @param {import('../state/news.js').News[]} news */
  tell(news) {
    for (const item of news) {
      this.say(this.words.t(this.words.has(item.key) ? item.key : 'notices.title', item.params), item.seen);
      if (item.key === 'news.in' || item.key === 'news.greeted') this.came = document.hidden;
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

/** @param {string} selector @param {boolean} [scroll] to what may be out of sight */
function focus(selector, scroll = false) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.focus({ preventScroll: !scroll });
}
