/** The words of the page, from a catalogue; hours and lengths of time as people say them. */
import { en } from '../../i18n/en.js';

/** @typedef {Record<string, string>} Catalogue */

/** The languages of the pages, each by its own name. */
export const languages = { en: 'English', cy: 'Cymraeg', de: 'Deutsch' };

/** @typedef {Record<string, () => Promise<Catalogue>>} Catalogues how to come by each; English is always there */

/** @type {Catalogues} */
const catalogues = {
  en: async () => en,
  cy: async () => (await import('../../i18n/cy.js')).cy,
  de: async () => (await import('../../i18n/de.js')).de,
};

/** The first of a person's languages that the pages have. @param {readonly string[]} wanted */
export const choose = (wanted) => wanted.map(primary).find((l) => l in languages) ?? 'en';

/** @param {string} language */
const primary = (language) => language.slice(0, 2).toLowerCase();

export class Words {
  /**
   * English at first; `use` changes that.
   * @param {readonly string[]} wanted in the person's order: they say how hours are written
   * @param {Catalogue} [english]
   * @param {Catalogues} [all] a page with words of its own brings them
   */
  constructor(wanted, english = en, all = catalogues) {
    this.wanted = wanted;
    this.english = english;
    this.all = all;
    this.language = this.locale = 'en';
    this.catalogue = english;
    this.plurals = new Intl.PluralRules('en');
    this.set('en', english);
  }

  /** Speaks another language from now on; stays as it was where that cannot be had. @param {string} language */
  async use(language) {
    const load = this.all[language];
    if (!load || language === this.language) return;
    try {
      this.set(language, await load());
    } catch {
      // The connection is gone, or the page is older than the service: words are no reason to stop.
    }
  }

  /** Adds the words of a part of the page that comes later. @param {Catalogues} more for every language that there is */
  async extend(more) {
    const { all, language } = this;
    const grown = Object.fromEntries(Object.keys(all).map((l) => [l, async () => ({ ...(await all[l]()), ...(await more[l]()) })]));
    const [english, catalogue] = await Promise.all([grown.en(), grown[language]()]);
    this.all = grown;
    this.english = english;
    if (language === this.language) this.set(language, catalogue);
  }

  /** @param {string} language @param {Catalogue} catalogue */
  set(language, catalogue) {
    this.language = language;
    this.catalogue = catalogue;
    this.locale = this.wanted.find((l) => primary(l) === language) ?? language;
    this.plurals = new Intl.PluralRules(this.locale);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [params] `n` chooses between `key.one` and `key.other`
   */
  t = (key, params = {}) => {
    const plural = 'n' in params ? `${key}.${this.plurals.select(Number(params.n))}` : key;
    const text = this.catalogue[plural] ?? this.catalogue[`${key}.other`] ?? this.catalogue[key] ?? this.english[`${key}.other`] ?? this.english[key];
    if (text === undefined) throw new Error(`no words for ${key}`);
    // A label such as "S." brings its own full stop.
    return text.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => String(params[name] ?? '').replace(stop ? /\.$/ : /$^/, '') + stop);
  };

  /** @param {string} key */
  has = (key) => key in this.catalogue || key in this.english;

  /** The hour, with the day when it is not today. @param {string} time RFC 3339 @param {number} now ms */
  hour = (time, now) => {
    const date = new Date(time);
    const today = date.toDateString() === new Date(now).toDateString();
    /** @type {Intl.DateTimeFormatOptions} */
    const day = today ? {} : { weekday: 'long', day: 'numeric', month: 'long' };
    return new Intl.DateTimeFormat(this.locale, { hour: 'numeric', minute: '2-digit', ...day }).format(date);
  };

  /** How long until then, in words that do not hurry anybody. @param {number} ms */
  until = (ms) => {
    const minutes = Math.ceil(ms / 60_000);
    if (minutes <= 1) return this.t('until.minute');
    if (minutes < 90) return this.t('until.minutes', { n: minutes });
    const hours = Math.round(minutes / 60);
    return hours < 36 ? this.t('until.hours', { n: hours }) : this.t('until.days', { n: Math.round(hours / 24) });
  };
}
