/** End-to-end encryption as people see it: the code to read aloud, and whoever has no key. */
import { h } from '../ui/tree.js';
import { icon } from '../ui/icons.js';
import { button } from './parts.js';

/** @typedef {import('./parts.js').Env} Env */
/** @typedef {import('../types.js').Person} Person */

/** Under the pictures, on every screen. @param {Env} env */
export function safety(env) {
  const { s, t } = env;
  const { mode, code } = s.safety;
  if (s.view?.me.phase !== 'in' && s.view?.me.phase !== 'greeted') return null;
  if (mode === 'clear') return h('p', { class: 'safety off', key: 'safety' }, t('safety.clear'));
  if (mode === '' || others(env).length === 0) return null;
  if (!others(env).some((p) => s.safety.people[p.seat]?.standing === 'ready')) return null;
  if (code === '') return h('p', { class: 'safety', key: 'safety' }, icon('shield'), t('safety.making'));
  const proved = others(env).every((p) => s.safety.people[p.seat]?.proved || p.role === s.role);
  return h('details', { class: 'safety', key: 'safety' },
    h('summary', null, icon('shield'), t('safety.code'), ' ', h('strong', { class: 'safety-code', 'data-code': code }, `${code.slice(0, 3)} ${code.slice(3)}`)),
    h('p', null, t('safety.how'), ' ', proved && t('safety.proved')));
}

/** @param {Env} env */
const others = ({ s }) => (s.view?.people ?? []).filter((p) => p.seat !== s.view?.me.seat && s.safety.people[p.seat]);

/** Whoever is here and has no key, and what can be done about it. @param {Env} env */
export function keyless(env) {
  const { s, t } = env;
  if (s.safety.mode !== 'sealed') return [sealAgain(env)];
  if (s.safety.blocked) return [h('p', { class: 'banner', key: 'blocked' }, t('safety.blocked'))];
  const all = others(env).map((p) => about(env, p));
  return [s.safety.mismatch && h('p', { class: 'banner danger', key: 'mismatch', role: 'alert' }, t('safety.mismatch')), ...all, cannot(env)];
}

/** @param {Env} env @param {Person} p */
function about({ s, t, act }, p) {
  const standing = s.safety.people[p.seat]?.standing;
  const host = s.role === 'host';
  if (standing !== 'refused' && standing !== 'unproved' && standing !== 'unvouched') return null;
  if (!host && p.role !== 'host') return null;
  const { seat, label } = p;
  return h('p', { class: 'banner late', key: `keyless-${seat}` },
    t(`safety.${host ? 'host' : 'guest'}.${standing}`, { label }), ' ',
    host && standing !== 'refused' && button(t('safety.trust', { label }), () => act.trust(seat)));
}

/** Where the host's policy leaves it open, somebody whose browser cannot encrypt. @param {Env} env */
function cannot({ s, t, act }) {
  const who = (s.view?.people ?? []).filter((p) => !p.e2ee).map((p) => p.label);
  if (s.view?.session.e2ee !== 'optional' || s.role !== 'host' || who.length === 0) return null;
  return h('p', { class: 'banner', key: 'cannot' }, t('safety.cannot', { labels: who.join(', ') }), ' ', button(t('safety.permit'), () => act.permitClear(true)));
}

/** @param {Env} env */
function sealAgain({ s, t, act }) {
  if (s.safety.mode !== 'clear' || s.view?.session.e2ee !== 'optional' || s.role !== 'host') return null;
  return h('p', { class: 'banner', key: 'seal' }, t('safety.permitted'), ' ', button(t('safety.seal'), () => act.permitClear(false)));
}

/** What stands beside a name. @param {Env} env @param {Person} p */
export function keylessSign({ s, t }, p) {
  const standing = s.safety.people[p.seat]?.standing;
  const none = (standing !== undefined && standing !== 'ready') || (!p.e2ee && p.seat !== s.view?.me.seat);
  return s.safety.mode === 'sealed' && none && p.online && t('safety.sign');
}
