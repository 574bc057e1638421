/** What a person can do: every button of every view ends here. */
import { fetchRoom } from './fetch_room.js';
import { waitingSeats } from '../e2ee/roster.js';
import { findLink } from '../link/link.js';
import { details } from '../state/details.js';
import { onlyToHost } from '../state/select.js';
import { noticesText } from '../state/notices.js';
import { download } from '../ui/download.js';

/** @typedef {import('../types.js').ClientMessage} ClientMessage */

export class Actions {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.store = app.store;
  }

  get state() {
    return this.store.state;
  }

  // Before the seat

  /** @param {'passcode' | 'pasted' | 'toWaiting' | 'toOne'} name @param {string} value */
  field(name, value) {
    this.store.dispatch({ type: 'field', name, value });
  }

  /** @param {boolean} shared */
  setShared(shared) {
    this.app.arrival.keep.setShared(shared);
    this.store.dispatch({ type: 'field', name: 'shared', value: shared });
  }

  /** @param {SubmitEvent} e */
  pasted(e) {
    e.preventDefault();
    const link = findLink(this.state.form.pasted);
    if (!link) return this.store.dispatch({ type: 'join_failed', code: 'link_invalid' });
    this.field('pasted', '');
    this.app.arrival.open(link);
  }

  /** From inside another app, for the person's own browser. */
  async copyLink() {
    const { hash } = location;
    const done = hash.length > 1 && (await navigator.clipboard.writeText(`${location.origin}/j${hash}`).then(() => true, () => false));
    this.store.dispatch({ type: 'failed', code: done ? 'copied' : 'copy' });
  }

  pasteAgain() {
    this.store.dispatch({ type: 'paste', mangled: false });
  }

  knock() {
    this.store.dispatch({ type: 'knock' });
  }

  retry() {
    this.app.arrival.retry();
  }

  reload() {
    location.reload();
  }

  takeBack() {
    this.app.takeBack();
  }

  /** Opens the devices. Only a person may: a script's click proves nothing. @param {Event} e @param {boolean} camera */
  async check(e, camera) {
    if (!e.isTrusted || this.state.busy) return;
    this.store.dispatch({ type: 'checking' });
    fetchRoom().catch(() => {}); // asked for again, and told, when it is needed
    this.app.media.sounds.wake();
    await this.app.media.open(camera);
    this.store.dispatch({ type: 'checked' });
  }

  back() {
    this.app.media.own.close();
    this.store.dispatch({ type: 'back' });
  }

  async testSound() {
    this.app.media.sounds.wake();
    this.app.media.sounds.test();
  }

  /** Redeems the link. Only a person may. @param {Event} e */
  join(e) {
    if (!e.isTrusted || this.state.busy) return;
    this.app.enter();
  }

  // Words

  /** @param {boolean} on */
  help(on) {
    this.store.dispatch({ type: 'help', on });
  }

  /** @param {import('../ui/words.js').Words} words @param {string} language */
  async speak(words, language) {
    await words.use(language);
    this.app.arrival.keep.setLanguage(words.language);
    this.store.dispatch({ type: 'language', language: words.language });
  }

  // Own devices

  async toggleMic() {
    const own = this.app.media.own;
    if (own.tracks.audio) own.setMuted(!own.muted);
    else {
      own.muted = false;
      await own.get({ audio: true, camera: false });
    }
    this.tellDevices();
  }

  /** A device that would not do as it was told is said aloud; on the page of the device check it stands there. */
  tellDevices() {
    this.app.media.tell();
    const { problem } = this.app.media.own;
    if (problem && this.state.page === 'live') this.store.dispatch({ type: 'failed', code: `device_${problem}` });
  }

  /** The state of the connection without content, identity or address, for whoever helps. */
  async copyDetails() {
    const done = await navigator.clipboard.writeText(details(this.state, navigator.userAgent)).then(() => true, () => false);
    this.store.dispatch({ type: 'failed', code: done ? 'copied' : 'copy' });
  }

  async toggleCamera() {
    await this.app.media.own.setCamera(this.state.own.camera !== 'on');
    this.tellDevices();
  }

  async toggleScreen() {
    await this.app.media.own.setScreen(!this.state.own.screen);
    this.app.media.tell();
  }

  /** @param {'camera' | 'mic'} which @param {string} id */
  async chooseDevice(which, id) {
    await this.app.media.own.choose(which, id);
    this.tellDevices();
  }

  /** @param {boolean} on */
  async blur(on) {
    await this.app.media.own.blur(on);
  }

  /** @param {string} id */
  chooseSpeaker(id) {
    this.app.media.playback.choose(id);
    this.app.media.sounds.choose(id);
    this.store.dispatch({ type: 'speaker', id });
  }

  unblockSound() {
    this.app.media.sounds.wake();
    this.app.media.playback.unblock();
  }

  /** @param {boolean} on */
  hideSelf(on) {
    this.store.dispatch({ type: 'self_hidden', on });
  }

  /** @param {boolean} on */
  async setLow(on) {
    if (on) await this.app.media.own.setCamera(false);
    this.app.media.tell();
    this.app.live?.setLow(on);
  }

  // In the room

  /**
   * @param {ClientMessage} message
   * @returns {Promise<boolean>} whether it was done
   */
  async command(message) {
    this.vouch(message);
    const failure = await this.app.live?.socket.ask(message);
    if (failure) this.store.dispatch({ type: 'failed', code: failure.code });
    return failure === null;
  }

  /** A host's decisions are also what the encryption goes by. @param {ClientMessage} message */
  vouch(message) {
    const shield = this.app.live?.shield;
    if (message.type === 'admit') shield?.allow([message.seat]);
    if (message.type === 'admit_all') shield?.allow(waitingSeats(this.state.view));
    if (message.type === 'greet') shield?.greet(message.seat);
    if (message.type === 'decline' || message.type === 'hold' || message.type === 'remove') shield?.deny(message.seat);
  }

  /** Lets somebody hear and see who is here but has no key. @param {string} seat */
  trust(seat) {
    const door = this.state.view?.door?.some((d) => d.seat === seat && d.phase === 'greeted');
    if (door) this.app.live?.shield.greet(seat, true);
    else this.app.live?.shield.allow([seat], true);
  }

  /** @param {boolean} on */
  permitClear(on) {
    this.app.live?.shield.permitClear(on);
  }

  /** @param {boolean} up */
  hand(up) {
    this.command({ type: 'hand', up });
  }

  ask() {
    this.command({ type: 'ask' });
  }

  /** @param {string} seat */
  greet(seat) {
    this.store.dispatch({ type: 'greeting', seat });
    this.command({ type: 'greet', seat });
  }

  /** @param {SubmitEvent} e */
  sayToWaiting(e) {
    e.preventDefault();
    this.tellWaiting(this.state.form.toWaiting.trim());
  }

  /** @param {string} text empty takes back what was said */
  async tellWaiting(text) {
    if (await this.command({ type: 'say_to_waiting', text })) this.store.dispatch({ type: 'said', text });
  }

  /** Every guest's sound, one after the other: whoever comes later is not concerned. */
  async muteAll() {
    const guests = (this.state.view?.people ?? []).filter((p) => p.role === 'guest' && !p.muted);
    const done = await Promise.all(guests.map((p) => this.command({ type: 'mute', seat: p.seat, audio: true, video: p.stopped })));
    if (done.every((one) => one)) this.store.dispatch({ type: 'failed', code: 'muted_all' });
  }

  /** @param {import('../ui/words.js').Words} words */
  saveNotices(words) {
    download(`${words.t('notices.file')}.txt`, 'text/plain;charset=utf-8', noticesText(words, this.state.view?.notices ?? []));
    this.store.dispatch({ type: 'failed', code: 'saved' });
  }

  /** @param {'people' | 'chat' | 'settings' | ''} panel */
  panel(panel) {
    this.store.dispatch({ type: 'panel', panel });
  }

  /** What may be done about somebody, at hand. @param {string} seat */
  manage(seat) {
    if (this.state.panel !== 'people') this.panel('people');
    queueMicrotask(() => {
      const person = document.getElementById(`person-${seat}`);
      person?.scrollIntoView({ block: 'center' });
      person?.querySelector('button')?.focus();
    });
  }

  /** @param {Partial<import('../state/initial.js').State['draft']>} draft */
  draft(draft) {
    this.store.dispatch({ type: 'draft', draft });
  }

  tellFacilitator() {
    this.draft({ private: true });
    this.panel('chat');
  }

  /** @param {SubmitEvent} e */
  async sendChat(e) {
    e.preventDefault();
    const { text } = this.state.draft;
    const onlyHost = this.state.draft.private || onlyToHost(this.state);
    if (text.trim() === '') return;
    const message = await this.app.live?.written(onlyHost, text.trim());
    if (!message) return this.store.dispatch({ type: 'failed', code: 'chat_no_key' });
    if (await this.command(message)) this.store.dispatch({ type: 'sent' });
  }

  /** @param {import('../state/initial.js').State['dialog']} dialog */
  dialog(dialog) {
    this.store.dispatch({ type: 'dialog', dialog });
  }

  /** The answer to the open question is yes. */
  decide() {
    const d = this.state.dialog;
    const message = this.state.form.toOne.trim();
    this.dialog(null);
    if (d?.kind === 'end') this.command({ type: 'end' });
    if (d?.kind === 'remove') this.command({ type: 'remove', seat: d.seat });
    if (d?.kind === 'hold' || d?.kind === 'decline') this.command({ type: d.kind, seat: d.seat, message });
  }

  // Going

  leave() {
    this.app.leave();
  }

  quickExit() {
    this.app.quickExit();
  }
}
