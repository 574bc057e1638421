/** Calls of the hosts' side (PROTOCOL.md §3). Each settles with a body, or throws a Refusal. */
import { call } from '../../protocol/http.js';
import * as bodies from '../../protocol/bodies.js';
import { list, object } from '../../protocol/schema.js';

/** @typedef {import('../types.js').Session} Session */
/** @typedef {import('../types.js').Invite} Invite */

const sessionList = object({ sessions: list(bodies.session) });

/**
 * @param {string} method
 * @param {string} path
 * @param {import('../../protocol/schema.js').Check | null} shape
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 */
const ask = (method, path, shape, body, headers) => call(method, path, shape, body, 'same-origin', headers);

/** @param {string} session @param {string} [rest] */
const at = (session, rest = '') => `/v1/sessions/${encodeURIComponent(session)}${rest}`;

/** @param {string} session @param {string} invite */
const inviteAt = (session, invite) => at(session, `/invites/${encodeURIComponent(invite)}`);

/** @param {string} token @returns {Promise<void>} */
export const signIn = (token) => ask('POST', '/v1/signin', null, { token });

/** @param {boolean} everywhere @returns {Promise<void>} */
export const signOut = (everywhere) => ask('POST', '/v1/signout', null, everywhere ? { everywhere } : undefined);

/** @returns {Promise<{ link: boolean, password: boolean, passkey: string, provider: string }>} */
export const ways = () => ask('GET', '/v1/signin', bodies.ways);

/** @returns {Promise<{ name: string, recovery: number, password: boolean }>} */
export const me = () => ask('GET', '/v1/me', bodies.me);

/** @param {{ name: string, password: string, code: string }} body @returns {Promise<{ proof: string }>} */
export const signInByPassword = (body) => ask('POST', '/v1/signin/password', bodies.proof, body);

/** @returns {Promise<{ ceremony: string, options: object }>} */
export const passkeyOptions = () => ask('POST', '/v1/signin/passkey/options', bodies.ceremony);

/** @param {{ ceremony: string, credential: object }} body @returns {Promise<{ proof: string }>} */
export const signInByPasskey = (body) => ask('POST', '/v1/signin/passkey', bodies.proof, body);

/** @param {string} token @returns {Promise<{ name: string, totp: import('../model/initial.js').Totp, passkey: string }>} */
export const enrolment = (token) => ask('POST', '/v1/enrol', bodies.enrolment, { token });

/** @param {{ token: string, password: string, code: string }} body @returns {Promise<{ recovery: string[] }>} */
export const enrolPassword = (body) => ask('POST', '/v1/enrol/password', bodies.recovery, body);

/** @param {string} token @returns {Promise<{ ceremony: string, options: object }>} */
export const enrolPasskeyOptions = (token) => ask('POST', '/v1/enrol/passkey/options', bodies.ceremony, { token });

/** @param {{ token: string, ceremony: string, credential: object }} body @returns {Promise<void>} */
export const enrolPasskey = (body) => ask('POST', '/v1/enrol/passkey', null, body);

/** @returns {Promise<Session[]>} */
export const sessions = async () => (await ask('GET', '/v1/sessions', sessionList)).sessions;

/** @param {import('../types.js').CreateRequest} body @param {string} key names this request @returns {Promise<Session>} */
export const create = (body, key) => ask('POST', '/v1/sessions', bodies.session, body, { 'Idempotency-Key': key });

/** @param {string} session @param {{ label: string, role: string, unlock: boolean }} body @returns {Promise<Invite>} */
export const addInvite = (session, body) => ask('POST', at(session, '/invites'), bodies.invite, body);

/** @param {string} session @param {string} invite @param {boolean} unlock @returns {Promise<Invite>} */
export const reissue = (session, invite, unlock) => ask('POST', `${inviteAt(session, invite)}/reissue`, bodies.invite, unlock ? { unlock } : undefined);

/** @param {string} session @param {string} invite @returns {Promise<void>} */
export const withdraw = (session, invite) => ask('DELETE', inviteAt(session, invite), null);

/** @param {string} session @returns {Promise<void>} */
export const end = (session) => ask('POST', at(session, '/end'), null);
