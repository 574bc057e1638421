/** The page as a whole: who is signed in, the list that is kept fresh, and the way back. */
import { Refusal, about } from '../../protocol/http.js';
import { initial } from '../model/initial.js';
import { unsaved } from '../model/select.js';
import { tokenInAddress } from '../model/signin.js';
import * as api from './api.js';
import { Actions } from './actions.js';
import { Poll } from './poll.js';
import { Store } from './store.js';
import { focusOn } from './device.js';

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
      answered: (sessions) => this.store.dispatch({ type: 'sessions', sessions, now: Date.now() }),
      failed: (e) => this.refreshFailed(e),
    });
    /** What was said when a sign-in failed, until it is known that there is none. */
    this.signInFailed = '';
  }

  start() {
    this.store.listen((now, before) => this.changed(now, before));
    document.addEventListener('visibilitychange', () => this.look());
    addEventListener('hashchange', () => this.signInByAddress());
    addEventListener('popstate', () => this.actions.wentBack());
    addEventListener('beforeunload', (e) => unsaved(this.store.state) && e.preventDefault());
    setInterval(() => document.hidden || this.store.dispatch({ type: 'tick', now: Date.now() }), tickEvery);
    this.askAbout();
    if (!this.signInByAddress()) this.poll.start();
  }

  /** The token leaves the address, and with it the history, before anything else is done. */
  signInByAddress() {
    const token = tokenInAddress(location);
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
    if (token) this.signIn(token, '');
    return token !== null;
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
    this.poll.stop();
    this.poll.start();
  }

  /** @param {unknown} e */
  refreshFailed(e) {
    const code = codeOf(e);
    if (code === 'sign_in_required') {
      this.poll.stop();
      this.store.dispatch({ type: 'ask_signin', code: this.signInFailed || (this.store.state.sessions ? 'over' : '') });
      if (this.signInFailed) focusOn('signin');
      return false;
    }
    this.store.dispatch({ type: 'refresh_failed', code });
    return true;
  }

  /** Nobody looks at a hidden page, and nobody reads the list while filling in the form. */
  look() {
    const { page } = this.store.state;
    const wanted = !document.hidden && page !== 'signin' && page !== 'create';
    if (wanted) this.poll.start();
    else this.poll.stop();
  }

  /** @param {import('../model/initial.js').State} now @param {import('../model/initial.js').State} before */
  changed(now, before) {
    if (now.page !== before.page) queueMicrotask(() => this.look());
  }

  async askAbout() {
    try {
      this.store.dispatch({ type: 'about', about: await about() });
    } catch {
      // Who runs the service is good to know, but nothing depends on it.
    }
  }
}

/** @param {unknown} e */
export const codeOf = (e) => (e instanceof Refusal ? e.code : 'other');
