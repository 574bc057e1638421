/**
 * The shapes that the modules share. PROTOCOL.md is normative for the first half.
 *
 * @typedef {'guest' | 'host'} Role
 * @typedef {'waiting' | 'knocking' | 'greeted' | 'in' | 'held' | 'declined'} SeatPhase
 *
 * @typedef {object} Person
 * @property {string} seat
 * @property {string} label
 * @property {Role} role
 * @property {boolean} online
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {boolean} hand
 * @property {boolean} muted
 * @property {boolean} stopped
 * @property {boolean} at_door
 * @property {boolean} e2ee
 *
 * @typedef {object} AtDoor
 * @property {string} seat
 * @property {string} invite
 * @property {string} label
 * @property {'waiting' | 'knocking' | 'greeted' | 'held' | 'declined'} phase
 * @property {string} since
 * @property {boolean} online
 *
 * @typedef {{ invite: string, label: string, role: Role, state: string }} Entry
 * @typedef {{ id: number, code: string, label: string, at: string, count: number }} Notice
 * @typedef {'audio' | 'camera' | 'screen'} SlotKind
 * @typedef {{ mid: string, seat: string, kind: SlotKind }} Slot
 *
 * @typedef {object} SessionView
 * @property {string} id
 * @property {string} opens
 * @property {string} closes
 * @property {string} [title]
 * @property {string} [greeting]
 * @property {string} [recognition]
 * @property {string} [plan_b]
 * @property {string} [ground_rules]
 * @property {'required' | 'optional' | 'off'} e2ee
 *
 * @typedef {object} View
 * @property {'view'} type
 * @property {number} rev
 * @property {string} now
 * @property {{ seat: string, label: string, role: Role, phase: SeatPhase, can_ask?: boolean }} me
 * @property {SessionView} session
 * @property {string} [message]
 * @property {boolean} media
 * @property {string} [pc] the connection that the gateway has for this seat
 * @property {{ locked: boolean, paused: boolean, chat: boolean, screen_share: 'everyone' | 'hosts', paused_by_host?: boolean }} [room]
 * @property {Person[]} [people]
 * @property {AtDoor[]} [door]
 * @property {Entry[]} [register]
 * @property {Notice[]} [notices]
 *
 * @typedef {{ type: 'chat', from: string, text?: string, sealed?: string, private: boolean, at: string }} ChatMessage
 * @typedef {{ type: 'slots', pc: string, slots: Slot[], wanted?: { audio: number, video: number } }} SlotsMessage
 *
 * @typedef {{ type: 'layers', pc: string, camera: number, screen: number }} LayersMessage how many layers somebody watches, the lowest first
 * @typedef {'good' | 'reduced' | 'sound'} Line
 * @typedef {{ down: Line, up: Line, weak: string[] }} Lines whose connection is weak: our own, down and up, and others'
 * @typedef {{ seat: string, kind: 'camera' | 'screen', height: number }} Shown
 *
 * @typedef {View | ChatMessage | SlotsMessage | LayersMessage | ({ type: 'quality', pc: string } & Lines)
 *   | { type: 'challenge', nonce: string, beat?: number }
 *   | { type: 'beat' }
 *   | { type: 'ok', ref: string }
 *   | { type: 'error', ref?: string, code: string, message: string, retry_at?: string }
 *   | { type: 'answer', pc: string, sdp: string }
 *   | { type: 'speakers', seats: string[] }
 *   | { type: 'turn', urls: string[], username: string, credential: string, expires: string }
 *   | { type: 'keys', from: string, box: string }
 *   | { type: 'bye', code: string, message: string, retry_at?: string }} ServerMessage
 *
 * @typedef {{ ref?: string } & (
 *     { type: 'resume', session: string, key: string, signature: string }
 *   | { type: 'offer', pc: string, sdp: string }
 *   | { type: 'media', mic: boolean, camera: boolean, screen: boolean }
 *   | { type: 'hand', up: boolean }
 *   | { type: 'chat', text?: string, sealed?: string, private?: boolean }
 *   | { type: 'watch', shown: Shown[] }
 *   | { type: 'keys', to: { seat: string, box: string }[] }
 *   | { type: 'greet' | 'admit' | 'remove', seat: string }
 *   | { type: 'decline' | 'hold', seat: string, message?: string }
 *   | { type: 'mute', seat: string, audio: boolean, video: boolean }
 *   | { type: 'say_to_waiting', text: string }
 *   | { type: 'ask' | 'leave' | 'greet_end' | 'admit_all' | 'lock' | 'unlock' | 'pause' | 'continue' | 'end' }
 * )} ClientMessage
 *
 * @typedef {object} Preview
 * @property {Role} role
 * @property {string} opens
 * @property {string} closes
 * @property {string} now
 * @property {boolean} passcode
 * @property {string} [greeting]
 * @property {string} [ground_rules]
 * @property {string} [plan_b]
 * @property {'required' | 'optional' | 'off'} e2ee
 *
 * @typedef {{ token: string, key: string, nonce: string, signature: string, passcode?: string, knock?: boolean, e2ee?: number }} JoinRequest
 * @typedef {{ session: string, seat: string, role: Role, phase: SeatPhase }} Joined
 * @typedef {{ name: string, phone?: string, url?: string, text?: string }} Resource where people find help at once
 * @typedef {object} About what the operator says of itself
 * @property {string} [practice]
 * @property {string} [location]
 * @property {string} [contact]
 * @property {string} [reviewed]
 * @property {{ reviewed: string, resources: Resource[] }} [crisis]
 * @property {string[]} [checklist]
 * @property {string} [invitation] with {when} and {link} in it
 *
 * @typedef {{ id: string, label: string }} Device
 * @typedef {{ cameras: Device[], mics: Device[], speakers: Device[] }} Devices
 * @typedef {'good' | 'fair' | 'poor' | 'unknown'} Quality
 */
export {};
