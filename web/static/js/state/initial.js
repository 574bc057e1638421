/**
 * All that the page knows. Only the reducer makes a new one.
 *
 * @typedef {import('../types.js').View} View
 *
 * @typedef {object} State
 * @property {'loading' | 'paste' | 'welcome' | 'check' | 'live' | 'refused'} page
 * @property {{ ahead: number, now: number }} clock ahead: how far the server's clock is before ours; now: the server's, in ms
 * @property {{ inApp: boolean, canShare: boolean, canChooseSpeaker: boolean, kind: import('../app/device.js').Kind }} browser
 * @property {string} language of the words on the page
 * @property {boolean} help the places of urgent help are shown
 * @property {boolean} mangled the address had something that is no link
 * @property {import('../types.js').About | null} about
 * @property {import('../types.js').Preview | null} preview
 * @property {import('../types.js').Role} role
 * @property {{ code: string, retryAt: string } | null} refused
 * @property {boolean} knock asks to come back with a used link
 * @property {{ shared: boolean, passcode: string, pasted: string, toWaiting: string, toOne: string }} form
 * @property {'' | 'open' | 'check' | 'join'} busy
 * @property {{ code: string, retryAt: string } | null} joinError
 * @property {OwnState} own
 * @property {import('../types.js').Devices} devices
 * @property {string} speaker
 * @property {'idle' | 'connecting' | 'open' | 'lost'} socket
 * @property {number} lostAt when the connection was lost, in ms of the server's clock; 0 while it is there
 * @property {'none' | 'connecting' | 'connected' | 'lost'} media
 * @property {View | null} view
 * @property {{ pc: string, slots: import('../types.js').Slot[] }} slots
 * @property {string[]} speakers
 * @property {Line[]} chat
 * @property {{ text: string, private: boolean }} draft
 * @property {number} unread
 * @property {'' | 'people' | 'chat' | 'settings'} panel
 * @property {Dialog | null} dialog
 * @property {boolean} selfHidden
 * @property {boolean} low little data: no pictures
 * @property {boolean} soundBlocked
 * @property {import('../types.js').Quality} quality
 * @property {import('../types.js').Lines} lines as the gateway sees them
 * @property {string} greeting the seat this host last chose to speak with at the door
 * @property {string} said what this host last told those who wait
 * @property {{ code: string } | null} failure the last command that was refused
 * @property {Safety} safety end-to-end encryption
 *
 * @typedef {{ from: string, text: string, private: boolean, at: string }} Line a message that somebody wrote
 *
 * @typedef {object} Safety
 * @property {'' | 'sealed' | 'clear'} mode '' is not known yet
 * @property {string} code six digits, empty while there are none
 * @property {boolean} blocked this browser cannot encrypt where it would have to
 * @property {boolean} mismatch somebody is tampering
 * @property {import('../e2ee/status.js').Status['people']} people
 *
 * @typedef {object} OwnState
 * @property {import('../media/own.js').Switch} mic
 * @property {import('../media/own.js').Switch} camera
 * @property {boolean} screen
 * @property {import('../media/own.js').Problem} problem
 * @property {import('../media/own.js').Switch} blur none: the browser cannot
 * @property {{ mic: string, camera: string }} chosen
 *
 * @typedef {{ kind: 'remove' | 'hold' | 'decline', seat: string, label: string } | { kind: 'end' } | { kind: 'rules' }} Dialog
 */

/** @type {import('../types.js').Lines} */
export const goodLines = { down: 'good', up: 'good', weak: [] };

/** @type {State} */
export const initial = {
  page: 'loading',
  clock: { ahead: 0, now: 0 },
  browser: { inApp: false, canShare: false, canChooseSpeaker: false, kind: 'other' },
  language: 'en',
  help: false,
  mangled: false,
  about: null,
  preview: null,
  role: 'guest',
  refused: null,
  knock: false,
  form: { shared: false, passcode: '', pasted: '', toWaiting: '', toOne: '' },
  busy: '',
  joinError: null,
  own: { mic: 'none', camera: 'off', screen: false, problem: null, blur: 'none', chosen: { mic: '', camera: '' } },
  devices: { cameras: [], mics: [], speakers: [] },
  speaker: '',
  socket: 'idle',
  lostAt: 0,
  media: 'none',
  view: null,
  slots: { pc: '', slots: [] },
  speakers: [],
  chat: [],
  draft: { text: '', private: false },
  unread: 0,
  panel: '',
  dialog: null,
  selfHidden: false,
  low: false,
  soundBlocked: false,
  quality: 'unknown',
  lines: goodLines,
  greeting: '',
  said: '',
  failure: null,
  safety: { mode: '', blocked: false, code: '', mismatch: false, people: {} },
};
