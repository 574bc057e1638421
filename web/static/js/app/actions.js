/** What a person can do: every button of every view ends here. */
import { findLink } from '../link/link.js';
import { details } from '../state/details.js';

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
    await navigator.clipboard.writeText(details(this.state, navigator.userAgent)).catch(() => {});
    this.store.dispatch({ type: 'failed', code: 'copied' });
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
    const failure = await this.app.live?.socket.ask(message);
    if (failure) this.store.dispatch({ type: 'failed', code: failure.code });
    return failure === null;
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

  /** @param {'people' | 'chat' | 'settings' | ''} panel */
  panel(panel) {
    this.store.dispatch({ type: 'panel', panel });
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
    const { text, private: onlyHost } = this.state.draft;
    if (text.trim() === '') return;
    if (await this.command({ type: 'chat', text: text.trim(), private: onlyHost })) this.store.dispatch({ type: 'sent' });
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
