/**
 * A small vocabulary for the shapes of messages. A check returns nothing, or
 * throws a ProtocolError that names the place. Unknown members are refused,
 * unless the check is told to be tolerant: a newer gateway may send more.
 */
import { ProtocolError } from './strict.js';
import { fromBase64url } from './bytes.js';

/** @typedef {(value: any, at: string, tolerant?: boolean) => void} Check */

/**
 * @param {boolean} good
 * @param {string} at
 * @param {string} what
 */
function must(good, at, what) {
  if (!good) throw new ProtocolError(`${at}: ${what}`);
}

/** @type {Check} */
export const bool = (v, at) => must(typeof v === 'boolean', at, 'not true or false');

/** @type {Check} */
export const count = (v, at) => must(Number.isSafeInteger(v) && v >= 0, at, 'not a whole number');

/** @type {Check} */
export const time = (v, at) =>
  must(typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(v) && !Number.isNaN(Date.parse(v)), at, 'not a time');

/** @type {Check} */
export const binary = (v, at) => must(typeof v === 'string' && v !== '' && fromBase64url(v) !== null, at, 'not base64url');

/** @type {Check} */
export const code = (v, at) => must(typeof v === 'string' && /^[a-z0-9_]{1,40}$/.test(v), at, 'not a code');

/** @type {Check} one string of any content, for SDP and the like */
export const opaque = (v, at) => must(typeof v === 'string', at, 'not a string');

/** @type {Check} an address that is safe to make a link of */
export const httpsAddress = (v, at) => must(typeof v === 'string' && /^https:\/\/[^/]/.test(v) && URL.canParse(v), at, 'not an https address');

/**
 * Text that people wrote, on one line.
 * @param {number} max in Unicode code points
 * @returns {Check}
 */
export const line = (max) => (v, at) => {
  must(typeof v === 'string', at, 'not a string');
  must(!/[\u0000-\u001f\u007f]/.test(v), at, 'control character');
  must([...v].length <= max, at, 'too long');
};

/**
 * Text that people wrote, with line feeds.
 * @param {number} max in Unicode code points
 * @returns {Check}
 */
export const text = (max) => (v, at) => {
  must(typeof v === 'string', at, 'not a string');
  must(!/[\u0000-\u0009\u000b-\u001f\u007f]/.test(v), at, 'control character');
  must([...v].length <= max, at, 'too long');
};

/**
 * @param {...string} values
 * @returns {Check}
 */
export const oneOf = (...values) => (v, at) => must(values.includes(v), at, 'unknown value');

/**
 * @param {Check} item
 * @returns {Check}
 */
export const list = (item) => (v, at, tolerant) => {
  must(Array.isArray(v), at, 'not a list');
  v.forEach((/** @type {any} */ x, /** @type {number} */ i) => item(x, `${at}[${i}]`, tolerant));
};

/**
 * @param {Record<string, Check>} required
 * @param {Record<string, Check>} [optional]
 * @returns {Check}
 */
export const object = (required, optional = {}) => (v, at, tolerant = false) => {
  must(typeof v === 'object' && v !== null && !Array.isArray(v), at, 'not an object');
  for (const name of Object.keys(required)) must(Object.hasOwn(v, name), `${at}.${name}`, 'missing');
  for (const [name, value] of Object.entries(v)) {
    const check = Object.hasOwn(required, name) ? required[name] : Object.hasOwn(optional, name) ? optional[name] : undefined;
    must(tolerant || check !== undefined, `${at}.${name}`, 'unknown member');
    check?.(value, `${at}.${name}`, tolerant);
  }
};
