/** Outside the door: waiting, knocking, held, declined. Calm; nothing to do. */
import { h } from '../ui/tree.js';
import { longGone } from '../state/select.js';
import { button, card, heading, operator, ownPicture, planB, speech, written } from './parts.js';
import { switches } from './check.js';

/** @typedef {import('./parts.js').Env} Env */

/** @param {Env} env @param {'connecting' | 'waiting' | 'knocking' | 'held' | 'declined'} phase */
export function waiting(env, phase) {
  const { s, t } = env;
  const message = s.view?.message;
  return h('main', { class: 'page page-narrow', key: `outside-${phase}` },
    speech(env),
    heading(t(`${phase}.title`)),
    h('p', { class: 'lead' }, t(`${phase}.text`)),
    phase === 'connecting' && s.socket === 'lost' && h('p', null, t('connecting.slow')),
    longGone(s) && h('section', { class: 'card note' }, h('h2', null, t('room.lost.title')), h('p', null, t('room.lost.text'))),
    message && card(t('waiting.message'), [written(message)], 'word'),
    phase === 'waiting' && s.view?.session.greeting && written(s.view.session.greeting, 'lead'),
    s.view?.session.recognition && phase !== 'declined' && card(t('waiting.recognition'), [written(s.view.session.recognition, 'phrase')], 'greeting'),
    phase === 'waiting' && h('p', { class: 'help' }, t('waiting.sound')),
    declined(env, phase),
    phase !== 'declined' && phase !== 'connecting' && self(env),
    planB(env),
    h('div', { class: 'actions' }, button(t('control.leave'), () => env.act.leave(), { key: 'leave' })),
    operator(env));
}

/** @param {Env} env @param {string} phase */
function declined({ s, t, act }, phase) {
  if (phase !== 'declined') return null;
  return s.view?.me.can_ask
    ? h('div', { class: 'actions' }, button(t('declined.ask'), () => act.ask(), { look: 'primary' }))
    : h('p', null, t('declined.final'));
}

/** @param {Env} env */
function self(env) {
  const { s, t } = env;
  return h('section', { class: 'stack', key: 'self' },
    s.own.camera === 'on' && h('div', { class: 'preview small' }, ownPicture(env, t('check.preview'))),
    s.own.camera === 'on' && h('p', { class: 'help' }, t('waiting.self')),
    switches(env));
}
