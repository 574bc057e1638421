/** What a host can do: every button of every view ends here. */
import { Refusal, codeOf } from '../../protocol/http.js';
import { download } from '../../ui/download.js';
import { calendarFile } from '../model/calendar.js';
import { problemsOf, rehearsalRequest, requestOf } from '../model/draft.js';
import { linesOf } from '../model/people.js';
import { addProblem, current } from '../model/select.js';
import { tokenIn } from '../model/signin.js';
import * as api from './api.js';
import { copy, focusOn } from './device.js';
import { Once } from './once.js';
import { Entry } from './entry.js';

/** @typedef {import('../model/initial.js').State} State */
/** @typedef {import('../types.js').Invite} Invite */
/** @typedef {'guests' | 'hosts'} List */

export class Actions {
  /** @param {import('./desk.js').Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.dispatch = desk.store.dispatch;
    this.made = 0;
    /** @type {import('./secrets.js').Secrets | null} */
    this.secrets = null;
    this.entry = new Entry(desk);
    /** @type {import('./account.js').Account | null} */
    this.account = null;
    this.once = new Once();
  }

  get state() {
    return this.desk.store.state;
  }

  /** A name for a line of the form that no other has. */
  key() {
    return `k${++this.made}`;
  }

  // Signing in and out

  /** @param {string} text */
  pasted(text) {
    this.dispatch({ type: 'pasted', text });
  }

  /** @param {SubmitEvent} e */
  signIn(e) {
    e.preventDefault();
    if (this.state.busy) return;
    const { pasted } = this.state.signin;
    const token = tokenIn(pasted);
    if (token) return this.desk.signIn(token, pasted);
    this.dispatch({ type: 'ask_signin', code: 'incomplete' });
    focusOn('signin');
  }

  /** @param {boolean} [everywhere] */
  async signOut(everywhere = false) {
    try {
      await api.signOut(everywhere);
    } catch (e) {
      return this.failed('list', e);
    }
    this.desk.poll.stop();
    this.desk.proof = '';
    this.desk.rehearsal?.close();
    this.dispatch({ type: 'signed_out', now: Date.now() });
  }

  /** How one signs in oneself; what it needs comes when it is first asked for. */
  async openAccount() {
    if (this.state.busy) return;
    this.dispatch({ type: 'busy', what: 'account' });
    try {
      const { Account } = await import('./account.js');
      this.account ??= await Account.begin(this.desk);
      await this.account.open();
      this.go('account');
    } catch (e) {
      this.failed('list', e);
    }
  }

  // Words and sounds

  /** @param {import('../../ui/words.js').Words} words @param {string} language */
  async speak(words, language) {
    await words.use(language);
    this.dispatch({ type: 'language', language: words.language });
  }

  /** @param {boolean} on */
  sound(on) {
    this.dispatch({ type: 'sound', on });
    this.desk.sounds.wake();
    if (on) this.desk.sounds.knock();
  }

  // Rehearsal

  /** A session like any other, in which this page plays the guest. */
  async rehearse() {
    if (this.state.busy) return;
    const { t } = this.desk.options.words;
    this.dispatch({ type: 'busy', what: 'rehearse' });
    try {
      const { Rehearsal } = await import('./rehearsal.js');
      const session = await this.make('rehearsal', rehearsalRequest(t('desk.rehearsal.name'), t('desk.rehearsal.guest'), this.state.hostLabel, Date.now()));
      history.pushState({ desk: true }, '');
      this.dispatch({ type: 'created', session, now: Date.now() });
      this.dispatch({ type: 'copied', invite: session.guests[0].id });
      this.desk.rehearse(session.id, session.guests[0].link ?? '', Rehearsal);
      this.desk.poll.changed();
    } catch (refusal) {
      this.failed('list', refusal);
    }
  }

  // Places. The address stays the same: it lands in the history.

  /** @param {'list' | 'create' | 'account'} page */
  go(page) {
    if (page !== 'list') history.pushState({ desk: true }, '');
    if (page === 'create') this.protector().catch(() => {}); // asked for again, and told, when it is needed
    this.dispatch({ type: 'tick', now: Date.now() });
    this.dispatch({ type: 'go', page });
  }

  /** @param {string} session */
  look(session) {
    history.pushState({ desk: true }, '');
    this.dispatch({ type: 'look', session });
  }

  back() {
    if (history.state?.desk) history.back();
    else this.dispatch({ type: 'go', page: 'list' });
  }

  /** The browser's own way back; forward again leads nowhere. */
  wentBack() {
    const { page, account } = this.state;
    if (account && account.codes.length > 0) return history.pushState({ desk: true }, ''); // they are shown once
    if (page === 'create' || page === 'session' || page === 'account') this.dispatch({ type: 'go', page: 'list' });
  }

  // The form

  /** @param {import('../types.js').Draft['preset']} preset */
  preset(preset) {
    this.dispatch({ type: 'preset', preset, key: this.key() });
  }

  /** @param {Partial<import('../types.js').Draft>} draft */
  draft(draft) {
    this.dispatch({ type: 'draft', draft });
  }

  /** @param {string} time */
  from(time) {
    this.dispatch({ type: 'from', time });
  }

  /** @param {List} list @param {number} index @param {string} label */
  row(list, index, label) {
    this.dispatch({ type: 'row', list, index, label });
  }

  /** @param {List} list @param {number} after */
  addRow(list, after) {
    this.dispatch({ type: 'add_row', list, after, key: this.key() });
    focusOn(`${list}-${after + 1}`);
  }

  /** @param {List} list @param {number} index */
  removeRow(list, index) {
    this.dispatch({ type: 'remove_row', list, index, key: this.key() });
    focusOn(index > 0 ? `${list}-${index - 1}` : `${list}-0`);
    this.dispatch({ type: 'said', key: 'desk.said.row_removed' });
  }

  /**
   * Enter leads to the next line, and makes one behind the last. The press that
   * some keyboards send after the focus has moved must not send the form.
   * @param {KeyboardEvent} e
   * @param {List} list
   * @param {number} index
   */
  rowKey(e, list, index) {
    if (e.key !== 'Enter' || e.isComposing || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    if (e.type !== 'keydown') return;
    const all = this.state.draft[list];
    if (index < all.length - 1) focusOn(`${list}-${index + 1}`);
    else if (all[index].label.trim() !== '') this.addRow(list, index);
  }

  /** A list that is pasted becomes one line for each person. @param {ClipboardEvent} e @param {List} list @param {number} index */
  pasteRows(e, list, index) {
    const lines = linesOf(e.clipboardData?.getData('text/plain') ?? '');
    if (lines.length < 2) return;
    e.preventDefault();
    this.dispatch({ type: 'paste_rows', list, index, lines, key: this.key() });
    this.dispatch({ type: 'said', key: 'desk.said.pasted', params: { n: lines.length } });
  }

  /** @param {keyof State['open']} part @param {boolean} on */
  unfold(part, on) {
    if (this.state.open[part] !== on) this.dispatch({ type: 'unfold', part, on });
  }

  startAfresh() {
    this.dispatch({ type: 'start_afresh' });
    focusOn('guests-0');
  }

  /** @param {SubmitEvent} e */
  async create(e) {
    e.preventDefault();
    if (this.state.busy) return;
    const now = Date.now();
    this.dispatch({ type: 'tick', now });
    this.dispatch({ type: 'tried' });
    const problems = problemsOf(this.state.draft, now);
    if (problems.length > 0) return this.showProblem(problems[0].field);
    this.dispatch({ type: 'busy', what: 'create' });
    try {
      this.dispatch({ type: 'created', session: await this.make(this.state.draft, requestOf(this.state.draft, now)), now: Date.now() });
      this.desk.poll.changed();
    } catch (refusal) {
      this.failed('create', refusal);
    }
  }

  /** Pressing the button again after a lost answer finds what was made. @param {unknown} form @param {import('../types.js').CreateRequest} request */
  async make(form, request) {
    const { body, key } = this.once.requestOf(form, request, Date.now());
    const secrets = await this.protector();
    const session = await api.create(body, key);
    this.once.done();
    return secrets.protect(session);
  }

  /** Fetched when first needed, and before anything is made: a link that lacks its secret cannot be mended. */
  async protector() {
    const { Secrets } = await import('./secrets.js');
    return (this.secrets ??= new Secrets());
  }

  /** @param {string} field */
  showProblem(field) {
    if (['greeting', 'recognition', 'passcode', 'plan_b', 'ground_rules'].includes(field)) this.unfold('more', true);
    if (field === 'seats') this.unfold('rules', true);
    focusOn(field);
  }

  // Links

  /** @param {string} invite */
  show(invite) {
    this.dispatch({ type: 'show', invite });
  }

  /** @param {Invite} invite */
  copyLink(invite) {
    return this.copy(invite, this.state.links[invite.id] ?? '', 'desk.said.copied');
  }

  /** @param {Invite} invite @param {string} text */
  copyInvitation(invite, text) {
    return this.copy(invite, text, 'desk.said.invitation');
  }

  /** What cannot be copied is shown, to be copied by hand. @param {Invite} invite @param {string} text @param {string} said */
  async copy(invite, text, said) {
    if (await copy(text)) {
      this.dispatch({ type: 'copied', invite: invite.id });
      return this.dispatch({ type: 'said', key: said, params: { label: invite.label } });
    }
    if (this.state.shown !== invite.id) this.show(invite.id);
    this.dispatch({ type: 'failed', where: 'copy', code: 'copy', message: '' });
    focusOn(`text-${invite.id}`);
  }

  /** @param {string} invite */
  entered(invite) {
    this.dispatch({ type: 'copied', invite });
  }

  /** @param {import('../types.js').Session} session */
  calendar(session) {
    const title = session.title || this.desk.options.title;
    const file = calendarFile({ title, opens: session.opens, closes: session.closes }, crypto.randomUUID(), Date.now());
    download('calendar.ics', 'text/calendar;charset=utf-8', file);
    this.dispatch({ type: 'said', key: 'desk.said.calendar' });
  }

  // What changes a session

  /** @param {State['dialog']} dialog */
  ask(dialog) {
    if (!this.state.busy) this.dispatch({ type: 'dialog', dialog });
  }

  /** @param {boolean} on */
  unlockToo(on) {
    this.dispatch({ type: 'unlock_too', on });
  }

  openAdd() {
    this.dispatch({ type: 'add', add: { open: true } });
    focusOn('add-label');
  }

  closeAdd() {
    this.dispatch({ type: 'add', add: { open: false, label: '', role: 'guest', tried: false } });
    focusOn('add-open');
  }

  /** @param {Partial<State['add']>} add */
  typeAdd(add) {
    this.dispatch({ type: 'add', add });
  }

  /** @param {SubmitEvent} e */
  add(e) {
    e.preventDefault();
    const session = current(this.state);
    if (this.state.busy || !session) return;
    this.typeAdd({ tried: true });
    if (addProblem(this.state)) return focusOn('add-label');
    const { label, role } = this.state.add;
    if (session.locked && role === 'guest') return this.ask({ kind: 'add_locked', session: session.id, label: label.trim() });
    return this.addInvite(session.id, false);
  }

  /** @param {string} session @param {boolean} unlock */
  addInvite(session, unlock) {
    const { label, role } = this.state.add;
    return this.change('add', 'add', async () => {
      const secrets = await this.protector();
      const invite = await this.orAsk(session, api.addInvite(session, { label: label.trim(), role, unlock }));
      if (invite) this.issued(session, await secrets.protectInvite(session, invite), true);
    });
  }

  /** The room may have locked since the list was read: then it asks. @param {string} session @param {Promise<Invite>} adding */
  async orAsk(session, adding) {
    try {
      return await adding;
    } catch (e) {
      if (codeOf(e) !== 'locked') throw e;
      this.dispatch({ type: 'busy', what: '' });
      this.ask({ kind: 'add_locked', session, label: this.state.add.label.trim() });
    }
  }

  /** The answer to the open question is yes. */
  decide() {
    const d = this.state.dialog;
    if (!d || this.state.busy) return;
    if (d.kind === 'add_locked') {
      this.dispatch({ type: 'dialog', dialog: null });
      return this.addInvite(d.session, true);
    }
    return this.change(d.kind, 'session', async () => {
      if (d.kind === 'reissue') await this.reissue(d);
      if (d.kind === 'withdraw') await this.withdraw(d.session, d.invite);
      if (d.kind === 'end') await this.end(d.session);
    });
  }

  /** @param {{ session: string, invite: string, unlock: boolean }} which */
  async reissue({ session, invite, unlock }) {
    const secrets = await this.protector();
    this.issued(session, await secrets.protectInvite(session, await api.reissue(session, invite, unlock)), false);
  }

  /** A new link waits to be copied, or opened: that is where the focus goes. @param {string} session @param {Invite} invite @param {boolean} added */
  issued(session, invite, added) {
    this.dispatch({ type: 'issued', session, invite, added });
    focusOn(current(this.state)?.hosts[0]?.id === invite.id ? `enter-${invite.id}` : `copy-${invite.id}`);
  }

  /** @param {string} session @param {string} invite */
  async withdraw(session, invite) {
    await api.withdraw(session, invite);
    this.dispatch({ type: 'withdrawn', session, invite });
    focusOn(`reissue-${invite}`);
  }

  /** @param {string} session */
  async end(session) {
    await api.end(session);
    this.dispatch({ type: 'ended', session });
  }

  /**
   * @param {string} what
   * @param {import('../model/initial.js').Failure['where']} where
   * @param {() => Promise<void>} run
   */
  async change(what, where, run) {
    this.dispatch({ type: 'busy', what });
    try {
      await run();
    } catch (e) {
      this.failed(where, e);
    }
    this.desk.poll.changed();
  }

  /** @param {import('../model/initial.js').Failure['where']} where @param {unknown} e */
  failed(where, e) {
    const refusal = e instanceof Refusal ? e : new Refusal('other');
    if (refusal.code === 'sign_in_required') return this.dispatch({ type: 'ask_signin', code: 'over' });
    this.dispatch({ type: 'failed', where, code: refusal.code, message: refusal.message });
  }
}
