/**
 * The shapes that the modules of the hosts' page share. PROTOCOL.md §3 is
 * normative for the first four.
 *
 * @typedef {import('../types.js').Role} Role
 * @typedef {'required' | 'optional' | 'off'} E2EE end-to-end encryption
 * @typedef {'expected' | 'waiting' | 'in' | 'held' | 'left' | 'declined' | 'removed' | 'withdrawn' | 'suspended'} InviteState
 * @typedef {{ id: string, label: string, role: Role, state: InviteState, link?: string }} Invite
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {string} [title]
 * @property {'scheduled' | 'open' | 'overrun'} state
 * @property {string} opens RFC 3339
 * @property {string} closes RFC 3339
 * @property {boolean} locked
 * @property {boolean} paused
 * @property {boolean} passcode
 * @property {Invite[]} hosts
 * @property {Invite[]} guests
 *
 * @typedef {object} CreateRequest
 * @property {{ label: string }[]} guests
 * @property {{ label: string }[]} hosts
 * @property {{ auto_lock: boolean, seats: number, chat: boolean, screen_share: 'everyone' | 'hosts', e2ee?: E2EE }} policy
 * @property {string} [title]
 * @property {string} [opens]
 * @property {string} [closes]
 * @property {string} [greeting]
 * @property {string} [recognition]
 * @property {string} [plan_b]
 * @property {string} [ground_rules]
 * @property {string} [passcode]
 *
 * One line of a list of people in the form.
 * @typedef {{ key: string, label: string }} Row
 *
 * What is being typed into the form of a new session.
 * @typedef {object} Draft
 * @property {'single' | 'group' | 'later'} preset
 * @property {string} date of the local calendar, as in a date input
 * @property {string} from local time, as in a time input
 * @property {string} to local time; on the next day when it is before `from`
 * @property {Row[]} guests
 * @property {Row[]} hosts
 * @property {string} title
 * @property {string} greeting
 * @property {string} recognition
 * @property {string} plan_b
 * @property {string} ground_rules
 * @property {string} passcode
 * @property {boolean} autoLock
 * @property {boolean} chat
 * @property {'everyone' | 'hosts'} screenShare
 * @property {E2EE} e2ee
 * @property {string} seats
 *
 * A mistake in the form: the id of its field, and the words for it.
 * @typedef {{ field: string, key: string, params?: Record<string, string | number> }} Problem
 */
export {};
