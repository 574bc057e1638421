/**
 * The one reducer: all that the page shows follows from the actions it got.
 * Pure; the clock and the network come in as actions.
 *
 * @typedef {import('./initial.js').State} State
 * @typedef {import('../types.js').ServerMessage} ServerMessage
 *
 * @typedef {{ type: 'tick', now: number }
 *   | { type: 'browser', browser: State['browser'] }
 *   | { type: 'language', language: string }
 *   | { type: 'help', on: boolean }
 *   | { type: 'about', about: import('../types.js').About }
 *   | { type: 'paste', mangled: boolean }
 *   | { type: 'opening' }
 *   | { type: 'preview', preview: import('../types.js').Preview, now: number }
 *   | { type: 'refused', code: string, retryAt?: string }
 *   | { type: 'knock' }
 *   | { type: 'field', name: keyof State['form'], value: string | boolean }
 *   | { type: 'checking' }
 *   | { type: 'checked' }
 *   | { type: 'back' }
 *   | { type: 'own', own: State['own'] }
 *   | { type: 'devices', devices: State['devices'] }
 *   | { type: 'speaker', id: string }
 *   | { type: 'joining' }
 *   | { type: 'join_failed', code: string, retryAt?: string }
 *   | { type: 'joined', role: State['role'], wide: boolean }
 *   | { type: 'socket', state: State['socket'] }
 *   | { type: 'message', message: ServerMessage }
 *   | { type: 'media', state: State['media'] }
 *   | { type: 'quality', quality: State['quality'] }
 *   | { type: 'panel', panel: State['panel'] }
 *   | { type: 'dialog', dialog: State['dialog'] }
 *   | { type: 'draft', draft: Partial<State['draft']> }
 *   | { type: 'sent' }
 *   | { type: 'self_hidden', on: boolean }
 *   | { type: 'low', on: boolean }
 *   | { type: 'sound_blocked', on: boolean }
 *   | { type: 'greeting', seat: string }
 *   | { type: 'said', text: string }
 *   | { type: 'failed', code: string }
 *   | { type: 'safety', safety: State['safety'] }
 * } Action
 */
import { goodLines } from './initial.js';
import { onMessage } from './messages.js';

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'tick':
      return { ...state, clock: { ...state.clock, now: action.now + state.clock.ahead } };
    case 'browser':
      return { ...state, browser: action.browser };
    case 'language':
      return { ...state, language: action.language };
    case 'help':
      return { ...state, help: action.on };
    case 'about':
      return { ...state, about: action.about };
    case 'message':
      return onMessage(state, action.message);
    case 'socket':
      return onSocket(state, action.state);
    case 'media':
      return { ...state, media: action.state, quality: action.state === 'connected' ? state.quality : 'unknown', lines: action.state === 'none' ? goodLines : state.lines };
    case 'quality':
      return { ...state, quality: action.quality };
    case 'own':
      return { ...state, own: action.own };
    case 'devices':
      return { ...state, devices: action.devices };
    case 'safety':
      return { ...state, safety: action.safety };
    case 'speaker':
      return { ...state, speaker: action.id };
    default:
      return onJoining(state, action);
  }
}

/** From the link to the seat. @param {State} state @param {Action} action @returns {State} */
function onJoining(state, action) {
  switch (action.type) {
    case 'paste':
      return { ...state, page: 'paste', mangled: action.mangled, busy: '' };
    case 'opening':
      return { ...state, busy: 'open' };
    case 'preview':
      return onPreview(state, action.preview, action.now);
    case 'refused':
      return { ...state, page: 'refused', refused: { code: action.code, retryAt: action.retryAt ?? '' }, busy: '' };
    case 'knock':
      return { ...state, page: 'welcome', knock: true, refused: null };
    case 'field':
      return { ...state, form: { ...state.form, [action.name]: action.value }, joinError: null };
    case 'checking':
      return { ...state, busy: 'check' };
    case 'checked':
      return { ...state, page: 'check', busy: '' };
    case 'back':
      return { ...state, page: 'welcome', joinError: null };
    case 'joining':
      return { ...state, busy: 'join', joinError: null };
    case 'join_failed':
      return { ...state, busy: '', joinError: { code: action.code, retryAt: action.retryAt ?? '' } };
    case 'joined':
      return { ...state, page: 'live', busy: '', role: action.role, panel: action.wide && action.role === 'host' ? 'people' : '' };
    default:
      return onRoom(state, action);
  }
}

/** What this person does in the room. @param {State} state @param {Action} action @returns {State} */
function onRoom(state, action) {
  switch (action.type) {
    case 'panel':
      return { ...state, panel: state.panel === action.panel ? '' : action.panel, unread: action.panel === 'chat' ? 0 : state.unread };
    case 'dialog':
      return { ...state, dialog: action.dialog, form: { ...state.form, toOne: '' } };
    case 'draft':
      return { ...state, draft: { ...state.draft, ...action.draft } };
    case 'sent':
      return { ...state, draft: { ...state.draft, text: '' } };
    case 'self_hidden':
      return { ...state, selfHidden: action.on };
    case 'low':
      return { ...state, low: action.on };
    case 'sound_blocked':
      return { ...state, soundBlocked: action.on };
    case 'greeting':
      return { ...state, greeting: action.seat };
    case 'said':
      return { ...state, said: action.text, form: { ...state.form, toWaiting: '' } };
    case 'failed':
      return { ...state, failure: { code: action.code } };
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {import('../types.js').Preview} preview
 * @param {number} now
 * @returns {State}
 */
function onPreview(state, preview, now) {
  const server = Date.parse(preview.now);
  const clock = { ahead: server - now, now: server };
  return { ...state, page: 'welcome', busy: '', preview, role: preview.role, clock, refused: null, knock: false };
}

/** @param {State} state @param {State['socket']} socket @returns {State} */
function onSocket(state, socket) {
  if (socket === 'open') return { ...state, socket, lostAt: 0 };
  return { ...state, socket, lostAt: state.lostAt || (socket === 'lost' ? state.clock.now : 0) };
}
