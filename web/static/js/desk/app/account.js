/**
 * How a host changes how they sign in; fetched when that is opened. What changes
 * something needs a proof of minutes ago: where there is none, the host is asked to
 * confirm, and then it goes on.
 */
import { Refusal, codeOf } from '../../protocol/http.js';
import { question } from '../views/account_question.js';
import { account } from '../views/account.js';
import { codes } from '../views/codes.js';
import * as api from './account_api.js';
import { passkeyOptions } from './api.js';
import { focusOn } from './device.js';
import { clear, fieldsOf, minPassword, said } from './fields.js';
import * as passkey from './passkey.js';

/** @typedef {import('../model/initial.js').Account} State */

/** @type {import('../../ui/words.js').Catalogues} */
const words = {
  en: async () => (await import('../../../i18n/account-en.js')).accountEn,
  cy: async () => (await import('../../../i18n/account-cy.js')).accountCy,
  de: async () => (await import('../../../i18n/account-de.js')).accountDe,
};

/** The host did not want to, after all. */
const cancelled = new Refusal('cancelled');

export class Account {
  /** @param {import('./desk.js').Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.dispatch = desk.store.dispatch;
    this.settle = (/** @type {boolean} */ _) => {}; // the confirmation that is asked for
  }

  /** @param {import('./desk.js').Desk} desk @returns {Promise<Account>} with its words */
  static async begin(desk) {
    await desk.options.words.extend(words);
    return new Account(desk);
  }

  get state() {
    return /** @type {State} */ (this.desk.store.state.account);
  }

  /** @param {import('../views/parts.js').Env} env */
  view = (env) => (this.state.codes.length > 0 ? codes(env, this.state.codes, () => this.kept(), this.state.ways?.password ? env.t('account.recovery.void') : '') : account(env));

  question = question;

  /** @param {Partial<State>} change */
  set(change) {
    this.dispatch({ type: 'account', account: change });
  }

  /** Finds out about the ways in: the page can be shown then. */
  async open() {
    const ways = await api.ways();
    this.set({ ways: { ...ways, usable: passkey.usable(ways.passkey) } });
  }

  // Forms

  /** @param {State['part']} part */
  unfold(part) {
    this.set({ part, done: '' });
    focusOn(part === 'passkey' ? 'passkey-name' : 'new-password');
  }

  fold() {
    const { part } = this.state;
    this.set({ part: '', app: null });
    focusOn(`account-${part}`);
  }

  // What is changed

  /** @param {SubmitEvent} e */
  addPasskey(e) {
    e.preventDefault();
    const { name } = fieldsOf(e);
    return this.change('passkey', async () => {
      const { ceremony, options } = await api.newPasskey(this.desk.proof);
      await api.addPasskey(this.desk.proof, { ceremony, credential: await passkey.create(options), name: name.trim() });
      await this.done('added');
    });
  }

  /** @param {string} id */
  remove(id) {
    return this.change('remove', async () => {
      await api.removePasskey(this.desk.proof, id);
      await this.done('removed');
    });
  }

  /** @param {SubmitEvent} e */
  setPassword(e) {
    e.preventDefault();
    const { password } = fieldsOf(e);
    if (tooShort(password)) return this.failed(new Refusal('short'));
    return this.change('password', async () => {
      await api.setPassword(this.desk.proof, { password, app: '', code: '' });
      await this.done('password');
    });
  }

  /** Another app, or the first one. */
  openApp() {
    return this.change('app', async () => {
      this.set({ app: await api.newApp(this.desk.proof), part: 'app', done: '' });
      focusOn('new-password');
    });
  }

  /** @param {SubmitEvent} e */
  setApp(e) {
    e.preventDefault();
    const { password, code } = fieldsOf(e);
    const keeps = password === '' && this.state.ways?.password;
    if (!keeps && tooShort(password)) return this.failed(new Refusal('short'));
    return this.change('password', async () => {
      this.show(await api.setPassword(this.desk.proof, { password, app: this.state.app?.app ?? '', code }));
    });
  }

  newRecovery() {
    return this.change('recovery', async () => this.show(await api.newRecovery(this.desk.proof)));
  }

  /** @param {{ recovery: string[] }} made codes that are shown once */
  show({ recovery }) {
    this.set({ codes: recovery, part: '', app: null });
    focusOn('codes-title');
  }

  async kept() {
    this.set({ codes: [] });
    await this.done('recovery');
  }

  /** The change is made, whatever becomes of looking at it. @param {string} done */
  async done(done) {
    await this.open().catch(() => {});
    this.set({ part: '', app: null, done });
    focusOn('account-done');
    this.desk.actions.entry.askWho();
  }

  /** @param {string} what @param {() => Promise<void>} run */
  async change(what, run) {
    if (this.desk.store.state.busy) return;
    this.set({ question: null, done: '' });
    this.dispatch({ type: 'busy', what });
    try {
      await this.sure(what, run);
    } catch (e) {
      this.failed(e);
    }
  }

  /** @param {string} what @param {() => Promise<void>} run */
  async sure(what, run) {
    try {
      return await run();
    } catch (e) {
      if (codeOf(e) !== 'confirmation_required') throw e;
    }
    if (!(await this.confirmed())) throw cancelled;
    this.dispatch({ type: 'busy', what });
    return run();
  }

  /** @param {unknown} e */
  failed(e) {
    if (e === cancelled) return this.set({});
    if (codeOf(e) === 'sign_in_required') return this.dispatch({ type: 'ask_signin', code: 'over' });
    this.set(said(e));
    focusOn('account-failed');
  }

  // Questions

  /** @param {State['question']} question */
  ask(question) {
    if (!this.desk.store.state.busy) this.set({ question, done: '' });
  }

  /** The answer is yes. */
  decide() {
    const q = this.state.question;
    if (q?.kind === 'remove') return this.remove(q.id);
    return this.newRecovery();
  }

  /** Asks who it is. @returns {Promise<boolean>} whether they have shown it */
  confirmed() {
    this.set({ question: { kind: 'confirm', code: '' } });
    return new Promise((settle) => {
      this.settle = settle;
    });
  }

  cancel() {
    if (this.desk.store.state.busy) return;
    this.set({ question: null });
    this.settle(false);
  }

  /** @param {SubmitEvent} e */
  confirmByPassword(e) {
    e.preventDefault();
    const { password, code } = fieldsOf(e);
    return this.confirm('confirm', () => api.confirmByPassword({ password, code }));
  }

  confirmByPasskey() {
    return this.confirm('confirm_passkey', async () => {
      const { ceremony, options } = await passkeyOptions();
      return api.confirmByPasskey({ ceremony, credential: await passkey.get(options) });
    });
  }

  /** @param {string} what @param {() => Promise<{ proof: string }>} run */
  async confirm(what, run) {
    if (this.desk.store.state.busy) return;
    this.dispatch({ type: 'busy', what });
    try {
      this.desk.proof = (await run()).proof;
    } catch (e) {
      clear('confirm-password', 'confirm-code');
      if (codeOf(e) === 'sign_in_required') return this.failed(e);
      this.set({ question: { kind: 'confirm', code: said(e).code } });
      return focusOn('confirm-failed');
    }
    this.set({ question: null });
    this.settle(true);
  }
}

/** @param {string} password */
const tooShort = (password) => [...password].length < minPassword;
