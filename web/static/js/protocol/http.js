/** Calls of the joining side (PROTOCOL.md §4). Each settles with a body, or throws a Refusal. */
import { parseStrict } from './strict.js';
import * as bodies from './bodies.js';

/** What a call that did not succeed was answered. */
export class Refusal extends Error {
  /**
   * @param {string} code of PROTOCOL.md §2; `unreachable` when nothing answered
   * @param {string} [message]
   * @param {string} [retryAt] RFC 3339
   */
  constructor(code, message = '', retryAt) {
    super(message);
    this.code = code;
    this.retryAt = retryAt;
  }
}

/** @param {unknown} e what a call threw */
export const codeOf = (e) => (e instanceof Refusal ? e.code : 'other');

/** How long a call may take before the person is told that nobody answers, in milliseconds. */
const patience = 15_000;

/** @param {string} token @returns {Promise<import('../types.js').Preview>} */
export const preview = (token) => call('POST', '/v1/preview', bodies.preview, { token });

/** @returns {Promise<{ nonce: string }>} */
export const nonce = () => call('POST', '/v1/nonce', bodies.nonce);

/** @param {import('../types.js').JoinRequest} body @returns {Promise<import('../types.js').Joined>} */
export const join = (body) => call('POST', '/v1/join', bodies.joined, body);

/** @returns {Promise<import('../types.js').About>} */
export const about = () => call('GET', '/v1/about', bodies.about);

/**
 * @param {string} method
 * @param {string} path
 * @param {import('./schema.js').Check | null} shape null for an answer without a body
 * @param {object} [body]
 * @param {RequestCredentials} [credentials] only a host's page has any
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export async function call(method, path, shape, body, credentials = 'omit', headers = {}) {
  const response = await request(method, path, body, credentials, headers);
  if (response.ok && !shape) return;
  try {
    const value = parseStrict(response.text);
    (response.ok && shape ? shape : bodies.failure)(value, path, true);
    if (response.ok) return value;
    throw refusal(/** @type {any} */ (value).error);
  } catch (e) {
    throw e instanceof Refusal ? e : new Refusal('unavailable');
  }
}

/** @param {{ code: string, message: string, retry_at?: string }} error */
const refusal = (error) => new Refusal(error.code, error.message, error.retry_at);

/**
 * @param {string} method
 * @param {string} path
 * @param {object | undefined} body
 * @param {RequestCredentials} credentials
 * @param {Record<string, string>} headers
 */
async function request(method, path, body, credentials, headers) {
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
      body: body ? JSON.stringify(body) : undefined,
      cache: 'no-store',
      credentials,
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    return { ok: response.ok, text: await response.text() };
  } catch {
    throw new Refusal('unreachable');
  }
}
