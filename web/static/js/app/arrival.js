/** From the link to the first page: finds the token, takes it out of the address, asks what it opens. */
import { about, preview, Refusal } from '../protocol/http.js';
import { Keep, sessionStore } from '../identity/keep.js';
import { hadSomething, linkFromAddress } from '../link/link.js';

/** @typedef {import('../link/link.js').Link} Link */

export class Arrival {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.store = app.store;
    this.keep = new Keep(sessionStore());
    /** @type {Link | null} */
    this.link = null;
  }

  begin() {
    this.askAbout();
    const mangled = hadSomething(location);
    const link = this.takeFromAddress();
    const kept = this.keep.read();
    if (kept?.session && (!link || link.jti === kept.jti)) return this.app.resume();
    if (link) return this.open(link);
    if (kept?.token) return this.open({ token: kept.token, jti: kept.jti });
    this.store.dispatch({ type: 'paste', mangled });
  }

  /** The token must not stand in the address bar for a shoulder to read, or be sent on with it. */
  takeFromAddress() {
    const link = linkFromAddress(location);
    if (hadSomething(location)) history.replaceState(null, '', '/j');
    return link;
  }

  /** Another link was opened in this window. */
  changed() {
    const link = this.takeFromAddress();
    if (link && this.store.state.page !== 'live') this.open(link);
  }

  /** @param {Link} link */
  async open(link) {
    this.link = link;
    const kept = this.keep.kept;
    if (kept?.jti !== link.jti) this.keep.write({ jti: link.jti, token: link.token });
    this.store.dispatch({ type: 'opening' });
    try {
      this.store.dispatch({ type: 'preview', preview: await preview(link.token), now: Date.now() });
    } catch (e) {
      this.refuse(e);
    }
  }

  retry() {
    if (this.link) this.open(this.link);
    else this.app.reload();
  }

  /** @param {unknown} e */
  refuse(e) {
    const refusal = e instanceof Refusal ? e : new Refusal('other');
    this.store.dispatch({ type: 'refused', code: refusal.code, retryAt: refusal.retryAt });
  }

  async askAbout() {
    try {
      this.store.dispatch({ type: 'about', about: await about() });
    } catch {
      // Who runs the service is good to know, but nothing depends on it.
    }
  }
}
