/** From the link to the first page: finds the token, takes it out of the address, asks what it opens. */
import { about, preview, Refusal } from '../protocol/http.js';
import { howToEncrypt } from '../e2ee/support.js';
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
    /** What the address held when the page was opened. @type {{ link: Link | null, mangled: boolean }} */
    this.found = { link: null, mangled: false };
  }

  /** Before anything is waited for. */
  take() {
    const mangled = hadSomething(location);
    this.found = { link: this.takeFromAddress(), mangled };
  }

  begin() {
    this.askAbout();
    const { link, mangled } = this.found;
    const kept = this.keep.read();
    if (kept?.session && (!link || link.jti === kept.jti)) return this.app.resume();
    if (link) return this.open(link);
    if (kept?.token) return this.open({ token: kept.token, jti: kept.jti, invite: kept.invite ?? '', secret: kept.secret ?? '' });
    this.store.dispatch({ type: 'paste', mangled });
  }

  /**
   * The token must not stand in the address bar for a shoulder to read, or be sent on with it. Inside another
   * app it stays until it is redeemed: the menu of that app hands the address to the person's own browser.
   */
  takeFromAddress() {
    const link = linkFromAddress(location);
    if (!link || !this.app.options.embedded) this.cleanAddress();
    return link;
  }

  cleanAddress() {
    if (hadSomething(location)) history.replaceState(null, '', '/j');
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
    if (kept?.jti !== link.jti) this.keep.write({ jti: link.jti, token: link.token, invite: link.invite, ...(link.secret && { secret: link.secret }) });
    this.store.dispatch({ type: 'opening' });
    try {
      const seen = await preview(link.token);
      const needed = link.secret !== '' || seen.e2ee === 'required';
      if (needed && !howToEncrypt()) return this.store.dispatch({ type: 'refused', code: 'e2ee_required' });
      this.store.dispatch({ type: 'preview', preview: seen, now: Date.now() });
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
