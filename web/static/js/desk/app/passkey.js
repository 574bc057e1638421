/** Passkeys, as the browser has them (Web Authentication Level 3). */
import { Refusal } from '../../protocol/http.js';

/** Whether this page can use passkeys for a domain. @param {string} domain */
export const usable = (domain) => domain !== '' && location.hostname === domain && typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

const kinds = /** @type {any} */ (globalThis.PublicKeyCredential);

/** @param {any} options of the server @returns {Promise<object>} */
export const create = (options) => ask(() => navigator.credentials.create({ publicKey: kinds.parseCreationOptionsFromJSON(options) }));

/** @param {any} options of the server @returns {Promise<object>} */
export const get = (options) => ask(() => navigator.credentials.get({ publicKey: kinds.parseRequestOptionsFromJSON(options) }));

/** The browser does not say why it did not: the person said no, waited, or has none. @param {() => Promise<any>} act */
async function ask(act) {
  try {
    return (await act()).toJSON();
  } catch (e) {
    const known = e instanceof DOMException && e.name === 'InvalidStateError';
    throw new Refusal(known ? 'passkey_known' : 'passkey_none');
  }
}
