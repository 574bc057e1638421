/** The words of the page, from a catalogue; hours and lengths of time as people say them. */
import { en } from '../../i18n/en.js';

/** @typedef {Record<string, string>} Catalogue */

/** @type {Record<string, Catalogue>} */
const catalogues = { en };

export class Words {
  /**
   * @param {readonly string[]} languages in the person's order
   * @param {Record<string, Catalogue>} [all] a page with words of its own brings them
   */
  constructor(languages, all = catalogues) {
    this.language = languages.map((l) => l.slice(0, 2).toLowerCase()).find((l) => l in all) ?? 'en';
    this.locale = languages.find((l) => l.toLowerCase().startsWith(this.language)) ?? this.language;
    this.catalogue = all[this.language];
    this.plurals = new Intl.PluralRules(this.locale);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [params] `n` chooses between `key.one` and `key.other`
   */
  t = (key, params = {}) => {
    const plural = 'n' in params ? `${key}.${this.plurals.select(Number(params.n))}` : key;
    const text = this.catalogue[plural] ?? this.catalogue[`${key}.other`] ?? this.catalogue[key] ?? en[key];
    if (text === undefined) throw new Error(`no words for ${key}`);
    // A label such as "S." brings its own full stop.
    return text.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => String(params[name] ?? '').replace(stop ? /\.$/ : /$^/, '') + stop);
  };

  /** @param {string} key */
  has = (key) => key in this.catalogue || key in en;

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
