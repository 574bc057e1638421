/** Calls by which a host changes how they sign in (PROTOCOL.md §3.1). Each settles with a body, or throws a Refusal. */
import { call } from '../../protocol/http.js';
import { ceremony, proof, recovery, totp } from '../../protocol/bodies.js';
import { binary, bool, count, line, list, object, time } from '../../protocol/schema.js';

/** @typedef {import('../model/initial.js').OwnWays} OwnWays */

const passkey = object({ id: binary, name: line(40) }, { added: time });
const ownWays = object({ name: line(64), provider: bool, passkey: line(255), passkeys: list(passkey), password: bool, recovery: count });
const app = object({ app: binary, totp });

/** @param {string} method @param {string} path @param {import('../../protocol/schema.js').Check | null} shape @param {object} [body] @param {Record<string, string>} [headers] */
const ask = (method, path, shape, body, headers) => call(method, `/v1/me/${path}`, shape, body, 'same-origin', headers);

/** @param {string} given */
const proven = (given) => ({ 'Anteroom-Proof': given });

/** @returns {Promise<Omit<OwnWays, 'usable'>>} */
export const ways = () => ask('GET', 'ways', ownWays);

/** @param {{ password: string, code: string }} body @returns {Promise<{ proof: string }>} */
export const confirmByPassword = (body) => ask('POST', 'confirm/password', proof, body);

/** @param {{ ceremony: string, credential: object }} body @returns {Promise<{ proof: string }>} */
export const confirmByPasskey = (body) => ask('POST', 'confirm/passkey', proof, body);

/** @param {string} given @returns {Promise<{ ceremony: string, options: object }>} */
export const newPasskey = (given) => ask('POST', 'passkeys/options', ceremony, undefined, proven(given));

/** @param {string} given @param {{ ceremony: string, credential: object, name: string }} body @returns {Promise<void>} */
export const addPasskey = (given, body) => ask('POST', 'passkeys', null, body, proven(given));

/** @param {string} given @param {string} id @returns {Promise<void>} */
export const removePasskey = (given, id) => ask('DELETE', `passkeys/${encodeURIComponent(id)}`, null, undefined, proven(given));

/** @param {string} given @returns {Promise<import('../model/initial.js').NewApp>} */
export const newApp = (given) => ask('POST', 'app', app, undefined, proven(given));

/** @param {string} given @param {{ password: string, app: string, code: string }} body @returns {Promise<{ recovery: string[] }>} */
export const setPassword = (given, body) => ask('POST', 'password', recovery, body, proven(given));

/** @param {string} given @returns {Promise<{ recovery: string[] }>} */
export const newRecovery = (given) => ask('POST', 'recovery', recovery, undefined, proven(given));
