/** What an authenticator app is to be given. */
import { h } from '../../ui/tree.js';
import { qrPath, quiet } from '../model/qr.js';

/** @param {import('./parts.js').Env} env @param {import('../model/initial.js').Totp} totp */
export const app = ({ t }, totp) => [
  qr(totp.qr, t('desk.enrol.qr')),
  h('p', { class: 'open-app' }, h('a', { href: totp.link }, t('desk.enrol.open'))),
  h('p', { class: 'help' }, t('desk.enrol.secret'), ' ', h('code', { class: 'secret' }, (totp.secret.match(/.{1,4}/g) ?? []).join(' '))),
];

/** Dark on light in every theme: readers need it so. @param {string[]} rows @param {string} name */
function qr(rows, name) {
  const size = rows.length + 2 * quiet;
  return h('svg', { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' }, h('path', { d: qrPath(rows) }));
}
