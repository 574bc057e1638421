/** Puts the state on the screen, and says aloud what changed. */
import { patch } from '../../ui/tree.js';
import { page, status, tools } from '../views/page.js';
import { newsOf } from '../model/select.js';

/** @typedef {import('../model/initial.js').State} State */

/** How long a sentence stays for those who hear the page, in ms. */
const sayTime = 8_000;

export class Renderer {
  /** @param {import('./desk.js').Desk} desk @param {import('../../ui/words.js').Words} words */
  constructor(desk, words) {
    this.desk = desk;
    this.words = words;
    this.parts = { status: element('status'), announce: element('announce'), tools: element('tools'), app: element('app') };
    /** @type {State | null} what is on the screen */
    this.shown = null;
    this.queued = false;
    desk.store.listen((now, before) => this.changed(now, before));
  }

  /** @param {State} now @param {State} before */
  changed(now, before) {
    if (now.said !== before.said && now.said.key !== '') this.say(this.words.t(now.said.key, now.said.params));
    if (now.sessions && now.sessions !== before.sessions) {
      for (const news of newsOf(before.sessions, now.sessions)) this.say(this.words.t(news.key, news.params));
    }
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => this.render());
  }

  render() {
    this.queued = false;
    const s = this.desk.store.state;
    const env = { s, w: this.words, t: this.words.t, act: this.desk.actions };
    document.documentElement.lang = this.words.language;
    patch(this.parts.tools, tools(env));
    patch(this.parts.app, page(env));
    const words = status(env);
    if (this.parts.status.textContent !== words) this.parts.status.textContent = words;
    document.body.dataset.page = s.page;
    this.moveFocus(s);
    this.shown = s;
  }

  /** A new page has its heading focused; the list again, what led away from it. @param {State} s */
  moveFocus(s) {
    const before = this.shown;
    if (before && before.page === s.page && before.current === s.current) return this.keepFocus();
    window.scrollTo(0, 0);
    const came = before && s.page === 'list' ? cameFrom(before) : null;
    if (came) came.focus();
    else focus('[data-heading]');
  }

  /** Nobody is thrown to the top of the page because a button they pressed is gone. */
  keepFocus() {
    if (document.activeElement === document.body && this.lastFocus && !document.querySelector('dialog[open]')) focus('[data-heading]');
    this.lastFocus = document.activeElement !== document.body;
  }

  lastFocus = false;

  /** One line for each thing said; old lines go, so that nothing stays in the document. @param {string} text */
  say(text) {
    const line = document.createElement('p');
    line.textContent = text;
    this.parts.announce.append(line);
    setTimeout(() => line.remove(), sayTime);
  }
}

/** @param {State} before */
function cameFrom(before) {
  if (before.page === 'create') return document.getElementById('new');
  if (before.page === 'account') return document.getElementById('account');
  return before.page === 'session' ? document.getElementById(`manage-${before.current}`) : null;
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
