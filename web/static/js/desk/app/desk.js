/** The page as a whole: who is signed in, the list that is kept fresh, and the way back. */
import { about, codeOf } from '../../protocol/http.js';
import { initial } from '../model/initial.js';
import { Sounds } from '../../media/sound.js';
import { outside, unsaved, unseen } from '../model/select.js';
import * as api from './api.js';
import { Actions } from './actions.js';
import { Poll } from './poll.js';
import { Store } from './store.js';
import { focusOn, takeToken } from './device.js';

/** How often the hours on the page are looked at again, in ms. */
const tickEvery = 15_000;

export class Desk {
  /** @param {{ words: import('../../ui/words.js').Words, title: string }} options title: neutral, the operator's */
  constructor(options) {
    this.options = options;
    this.store = new Store(initial(Date.now(), options.words.t('desk.host')));
    this.actions = new Actions(this);
    this.poll = new Poll({
      ask: api.sessions,
      answered: (sessions) => this.listed(sessions),
      failed: (e) => this.refreshFailed(e),
    });
    this.sounds = new Sounds();
    /** @type {import('./rehearsal.js').Rehearsal | null} */
    this.rehearsal = null;
    /** That the host has shown a moment ago who they are: here, in the page's memory, and nowhere else. */
    this.proof = '';
    /** Why there is no sign-in, if there is none; until the list is there. */
    this.signInFailed = '';
  }

  /** @param {import('./device.js').Brought} brought by the link that opened the page */
  start(brought) {
    this.store.listen((now, before) => this.changed(now, before));
    document.addEventListener('visibilitychange', () => this.look());
    for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, () => this.touched(), { passive: true });
    addEventListener('hashchange', () => this.arrive(takeToken()));
    addEventListener('popstate', () => this.actions.wentBack());
    addEventListener('beforeunload', (e) => unsaved(this.store.state) && e.preventDefault());
    setInterval(() => document.hidden || this.store.dispatch({ type: 'tick', now: Date.now() }), tickEvery);
    this.askAbout();
    if (!this.arrive(brought)) this.poll.start();
  }

  /** Somebody is here. */
  touched() {
    this.sounds.wake();
    this.actions.entry.present();
  }

  /** @param {import('./device.js').Brought} brought @returns {boolean} whether it says what comes first */
  arrive({ token, enrol, failed }) {
    if (token) this.signIn(token, '');
    if (failed) this.signInFailed = failed;
    if (!enrol) return token !== null;
    this.poll.stop();
    this.actions.entry.look(enrol);
    return true;
  }

  /** @param {string} token @param {string} pasted what to leave in the field if nobody answers */
  async signIn(token, pasted) {
    this.store.dispatch({ type: 'busy', what: 'signin' });
    this.signInFailed = '';
    try {
      await api.signIn(token);
    } catch (e) {
      this.signInFailed = codeOf(e);
      if (this.store.state.page === 'signin' || this.signInFailed !== 'sign_in_required') {
        this.store.dispatch({ type: 'ask_signin', code: this.signInFailed, pasted: pasted || `#signin=${token}` });
        return focusOn('signin');
      }
    }
    // An old link does no harm to somebody who is signed in.
    this.enter(this.signInFailed);
  }

  /** The list says whether somebody is signed in. @param {string} [otherwise] why not, if not: the browser kept no cookie */
  enter(otherwise = '') {
    this.signInFailed = otherwise || 'unkept';
    this.poll.stop();
    this.poll.start();
  }

  /** @param {import('../types.js').Session[]} sessions */
  listed(sessions) {
    this.signInFailed = '';
    this.store.dispatch({ type: 'sessions', sessions, now: Date.now() });
  }

  /** @param {unknown} e */
  refreshFailed(e) {
    const code = codeOf(e);
    if (code === 'sign_in_required') {
      this.poll.stop();
      this.store.dispatch({ type: 'ask_signin', code: this.signInFailed || (this.store.state.sessions ? 'over' : '') });
      if (this.signInFailed) focusOn(this.store.state.signin.way === 'link' ? 'signin' : 'entry-failed');
      return false;
    }
    this.store.dispatch({ type: 'refresh_failed', code });
    return true;
  }

  /**
   * Nobody reads the list while filling in the form; and a hidden page has
   * something to say only while somebody may come to a door.
   */
  look() {
    const { page, sessions } = this.store.state;
    const expecting = !document.hidden || (sessions ?? []).some((one) => one.state !== 'scheduled');
    const wanted = expecting && page !== 'create' && (page === 'loading' || !outside.has(page));
    this.nameWindow();
    if (wanted) this.poll.start();
    else this.poll.stop();
  }

  /** @param {import('../model/initial.js').State} now @param {import('../model/initial.js').State} before */
  changed(now, before) {
    if (now.page !== before.page) queueMicrotask(() => this.look());
    if (now.page === 'signin' && before.page !== 'signin') this.actions.entry.askWays();
    if (outside.has(before.page) && !outside.has(now.page)) this.actions.entry.askWho();
    if (now.sessions !== before.sessions) this.tellArrivals(now, before);
  }

  /** A soft sound and the name of the window say that somebody waits. @param {import('../model/initial.js').State} now @param {import('../model/initial.js').State} before */
  tellArrivals(now, before) {
    const known = new Set(unseen(before.sessions));
    if (before.sessions && now.sound && unseen(now.sessions).some((id) => !known.has(id))) this.sounds.knock();
    this.nameWindow();
  }

  nameWindow() {
    const { t } = this.options.words;
    const count = document.hidden ? unseen(this.store.state.sessions).length : 0;
    const name = count > 0 ? t('title.door', { count, title: this.options.title }) : this.options.title;
    if (document.title !== name) document.title = name;
  }

  /** Plays the guest of a session of its own. @param {string} session @param {string} link @param {typeof import('./rehearsal.js').Rehearsal} Kind */
  rehearse(session, link, Kind) {
    this.rehearsal?.close();
    this.rehearsal = new Kind((phase) => this.store.dispatch({ type: 'rehearsal', session, phase }));
    this.store.dispatch({ type: 'rehearsal', session, phase: 'preparing' });
    this.rehearsal.begin(link);
  }

  async askAbout() {
    try {
      this.store.dispatch({ type: 'about', about: await about() });
    } catch {
      // Who runs the service is good to know, but nothing depends on it.
    }
  }
}
