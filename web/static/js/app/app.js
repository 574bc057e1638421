/** The page as a whole: owns the parts, and the steps from one to the next. */
import { Refusal } from '../protocol/http.js';
import { SeatKey } from '../identity/seat.js';
import { canChooseSpeaker, canShareScreen } from '../media/own.js';
import { redeem } from './redeem.js';
import { Store } from './store.js';
import { MediaDesk } from './media.js';
import { Arrival } from './arrival.js';
import { Actions } from './actions.js';
import { kindOf } from './device.js';
import { fetchRoom } from './fetch_room.js';

/** Refusals that the form says beside its button; all others are a page of their own. */
const beside = new Set(['passcode_required', 'passcode_wrong', 'too_early', 'rate_limited', 'unavailable', 'unreachable', 'signature_invalid', 'full', 'bad_request', 'other']);

/** After these byes the session is over for this person, and the page with it. */
const over = new Set(['left', 'ended', 'removed']);

/** How long a leaving page waits for the server to have heard it, in milliseconds. */
const leavingTime = 600;

export class App {
  /** @param {{ exitURL: string, embedded: boolean }} options */
  constructor(options) {
    this.options = options;
    this.store = new Store();
    this.media = new MediaDesk(this.store);
    this.arrival = new Arrival(this);
    this.actions = new Actions(this);
    /** @type {import('./live.js').Live | null} */
    this.live = null;
    /** @type {SeatKey | null} */
    this.key = null;
    this.going = false;
    /** @type {{ muted: boolean, camera: boolean } | null} how the devices were when another window took over */
    this.parked = null;
  }

  start() {
    this.store.dispatch({ type: 'browser', browser: { inApp: this.options.embedded, canShare: canShareScreen(), canChooseSpeaker: canChooseSpeaker(), kind: kindOf(navigator.userAgent) } });
    this.store.dispatch({ type: 'tick', now: Date.now() });
    if (!globalThis.crypto?.subtle || !globalThis.RTCPeerConnection) return this.store.dispatch({ type: 'refused', code: 'browser' });
    this.arrival.begin();
  }

  /** Redeems the link with a key of our own: the same key gets the same seat, however often we ask. */
  async enter() {
    const link = this.arrival.link;
    if (!link) return;
    this.store.dispatch({ type: 'joining' });
    try {
      this.key ??= await this.keyFor(link);
      const joined = await redeem(link, this.key, { passcode: this.store.state.form.passcode, knock: this.store.state.knock });
      this.arrival.cleanAddress();
      const keep = this.arrival.keep;
      keep.write({ jti: link.jti, session: joined.session, role: joined.role, ...this.kept(this.key) });
      await this.goLive(joined.session, joined.role);
    } catch (e) {
      this.refused(e instanceof Refusal ? e : new Refusal('other'));
    }
  }

  /** @param {import('../link/link.js').Link} link */
  async keyFor(link) {
    const kept = this.arrival.keep.kept;
    if (kept?.jwk && kept.point && kept.jti === link.jti) return SeatKey.restore(kept.jwk, kept.point);
    const key = await SeatKey.make(this.store.state.form.shared);
    this.arrival.keep.write({ jti: link.jti, token: link.token, ...this.kept(key) });
    return key;
  }

  /** @param {SeatKey} key */
  kept(key) {
    return key.jwk ? { jwk: key.jwk, point: key.point, media: this.mediaKept() } : {};
  }

  mediaKept() {
    return { muted: this.media.own.muted, camera: this.media.own.tracks.camera !== null };
  }

  /** @param {Refusal} refusal */
  refused(refusal) {
    const action = { code: refusal.code, retryAt: refusal.retryAt };
    if (beside.has(refusal.code)) return this.store.dispatch({ type: 'join_failed', ...action });
    this.media.own.close();
    this.store.dispatch({ type: 'refused', ...action });
  }

  /** The modules of the room could not be had. @param {Promise<void>} going */
  orSay(going) {
    return going.catch(() => this.store.dispatch({ type: 'refused', code: 'unreachable' }));
  }

  /** @param {string} session @param {import('../types.js').Role} role */
  async goLive(session, role) {
    const { Live } = await fetchRoom();
    if (!this.key || this.going) return;
    this.live?.close();
    this.store.dispatch({ type: 'joined', role, wide: matchMedia('(min-width: 60rem)').matches });
    this.live = new Live({
      store: this.store, media: this.media, key: this.key, session, role,
      link: this.arrival.keep.kept ?? { jti: '' },
      onKeep: (e2ee) => this.keepTrust(e2ee),
      onBye: (code) => this.bye(code),
    });
    this.live.start();
  }

  /** A reload, or taking the seat back from another window. */
  async resume() {
    const kept = this.arrival.keep.kept;
    if (!kept?.session || !kept.jwk || !kept.point) return this.reload();
    this.key = await SeatKey.restore(kept.jwk, kept.point);
    this.media.own.muted = kept.media?.muted ?? true;
    await this.orSay(this.goLive(kept.session, kept.role ?? 'guest'));
    if (this.live) await this.media.open(kept.media?.camera ?? false);
  }

  /** @param {string} code */
  bye(code) {
    if (over.has(code)) return this.finish(code);
    const back = this.mediaKept();
    this.live?.close();
    this.store.dispatch({ type: 'refused', code });
    this.media.own.close();
    if (code === 'replaced' || code === 'outdated') this.parked = back;
    else this.arrival.keep.wipe();
  }

  /** The seat has moved to another window; this one wants it back. */
  async takeBack() {
    const session = this.live?.socket.options.session;
    if (!this.key || !session || !this.parked) return this.reload();
    await this.orSay(this.goLive(session, this.store.state.role));
    await this.media.open(this.parked.camera);
  }

  /** What a reload would need to know about the own devices. */
  remember() {
    const keep = this.arrival.keep;
    if (!this.going && this.store.state.page === 'live' && keep.kept?.session) keep.write({ ...keep.kept, media: this.mediaKept() });
  }

  /** What a reload needs of the encryption. @param {import('../e2ee/status.js').Kept} e2ee */
  keepTrust(e2ee) {
    const { keep } = this.arrival;
    if (!this.going && keep.kept?.session) keep.write({ ...keep.kept, e2ee });
  }

  /** Gives the seat up; the server says bye, or we go without hearing it. */
  leave() {
    this.media.close();
    this.live?.socket.send({ type: 'leave' });
    setTimeout(() => this.finish('left'), leavingTime);
  }

  /** Nothing of the session outlives this document. @param {string} why */
  finish(why) {
    if (this.going) return;
    this.wipe();
    // Not in the address, which lands in the history: the next page reads it here and wipes it.
    window.name = `${why} ${this.store.state.language}`;
    location.replace('/bye');
  }

  quickExit() {
    this.live?.socket.send({ type: 'leave' });
    this.wipe();
    document.body.replaceChildren();
    // The answer clears this site's storage and cache, though nobody reads it.
    fetch('/bye', { keepalive: true, credentials: 'omit' }).catch(() => {});
    goAway(this.options.exitURL);
  }

  wipe() {
    this.going = true;
    this.media.close();
    this.live?.close();
    this.arrival.keep.wipe();
    this.key = null;
    this.arrival.link = null;
  }

  reload() {
    location.reload();
  }
}

/** The whole window goes, and not a frame in somebody's page alone; unless that page's sandbox forbids it. @param {string} url */
function goAway(url) {
  try {
    (window.top ?? window).location.replace(url);
  } catch {
    location.replace(url);
  }
}
