/** The ways in: signing in, and setting up an account. Passwords are read from their fields and kept nowhere. */
import { Refusal } from '../../protocol/http.js';
import { fewCodes } from '../model/select.js';
import * as api from './api.js';
import * as passkey from './passkey.js';
import { copy, focusOn } from './device.js';
import { clear, fieldsOf, minPassword, said } from './fields.js';

/** How often it is told that somebody is still here, at most, in ms. */
const presenceEvery = 5 * 60_000;

export class Entry {
  /** @param {import('./desk.js').Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.dispatch = desk.store.dispatch;
    this.told = 0;
    /** @type {typeof import('../views/enrol.js').enrol | null} what a link to set up an account opens */
    this.view = null;
  }

  get state() {
    return this.desk.store.state;
  }

  /** How one can sign in may have changed since this page was opened. */
  async askWays() {
    try {
      const ways = await api.ways();
      this.dispatch({ type: 'ways', ways: { ...ways, passkey: passkey.usable(ways.passkey) } });
    } catch (e) {
      this.dispatch({ type: 'ways', ways: { link: true, password: true, passkey: false, provider: '' } });
      if (this.state.signin.code === '') this.failed(e);
    }
  }

  /** @param {SubmitEvent} e */
  password(e) {
    e.preventDefault();
    const { name, password, code } = fieldsOf(e);
    this.signIn('password', () => api.signInByPassword({ name, password, code }), () => clear('password', 'code'));
  }

  passkey() {
    this.signIn('passkey', async () => {
      const { ceremony, options } = await api.passkeyOptions();
      return api.signInByPasskey({ ceremony, credential: await passkey.get(options) });
    });
  }

  /** @param {string} what @param {() => Promise<{ proof: string }>} act @param {() => void} [otherwise] */
  async signIn(what, act, otherwise = () => {}) {
    if (this.state.busy) return;
    this.dispatch({ type: 'busy', what });
    try {
      this.desk.proof = (await act()).proof;
    } catch (e) {
      otherwise();
      return this.failed(e);
    }
    this.enter();
  }

  /** @param {unknown} e */
  failed(e) {
    const { code, message } = said(e);
    this.dispatch({ type: 'signin_failed', code, message });
    focusOn('entry-failed');
  }

  enter() {
    this.desk.enter();
  }

  // Setting up

  /** @param {string} token of the link */
  async look(token) {
    try {
      this.view ??= (await import('../views/enrol.js')).enrol;
      const { name, totp, passkey: domain } = await api.enrolment(token);
      this.dispatch({ type: 'enrol', enrol: { token, name, totp, passkey: passkey.usable(domain), code: '', message: '', recovery: [] } });
    } catch (e) {
      this.dispatch({ type: 'ask_signin', code: '' });
      this.failed(e);
    }
  }

  /** @param {SubmitEvent} e */
  setPassword(e) {
    e.preventDefault();
    const { password, code } = fieldsOf(e);
    if ([...password].length < minPassword) return this.enrolFailed(new Refusal('short'));
    this.setUp('password', async (token) => {
      const { recovery } = await api.enrolPassword({ token, password, code });
      clear('new-password', 'new-code');
      this.dispatch({ type: 'enrol', enrol: { recovery } });
    });
  }

  setPasskey() {
    this.setUp('passkey', async (token) => {
      const { ceremony, options } = await api.enrolPasskeyOptions(token);
      await api.enrolPasskey({ token, ceremony, credential: await passkey.create(options) });
      this.enter();
    });
  }

  /** @param {string} what @param {(token: string) => Promise<void>} act */
  async setUp(what, act) {
    const { enrol, busy } = this.state;
    if (busy || !enrol) return;
    this.dispatch({ type: 'busy', what });
    try {
      await act(enrol.token);
    } catch (e) {
      this.enrolFailed(e);
    }
  }

  /** @param {unknown} e */
  enrolFailed(e) {
    this.dispatch({ type: 'enrol', enrol: said(e) });
    focusOn('entry-failed');
  }

  /** @param {string[]} codes */
  async copyRecovery(codes) {
    const done = await copy(codes.join('\n'));
    this.dispatch({ type: 'said', key: done ? 'desk.enrol.copied' : 'desk.error.copy' });
  }

  // Being signed in

  async askWho() {
    this.told = Date.now();
    try {
      const { who: before } = this.state;
      const who = await api.me();
      this.dispatch({ type: 'who', who });
      if (fewCodes(who) && who.recovery !== before?.recovery) this.dispatch({ type: 'said', key: 'desk.account.recovery', params: { n: who.recovery } });
    } catch {
      // The list tells what is the matter.
    }
  }

  /** Somebody does something here: the sign-in does not end for idleness. */
  present() {
    if (this.state.who && Date.now() - this.told > presenceEvery) this.askWho();
  }
}
