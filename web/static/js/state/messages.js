/** What the server's messages make of the state. Pure. */

/** @typedef {import('./initial.js').State} State */

/**
 * @param {State} state
 * @param {import('../types.js').ServerMessage} message
 * @returns {State}
 */
export function onMessage(state, message) {
  switch (message.type) {
    case 'view':
      return onView(state, message);
    case 'slots':
      return { ...state, slots: { pc: message.pc, slots: message.slots } };
    case 'quality':
      return { ...state, lines: { down: message.down, up: message.up, weak: message.weak } };
    case 'speakers':
      return { ...state, speakers: message.seats };
    case 'chat':
      return onChat(state, message);
    case 'error':
      return { ...state, failure: { code: message.code } };
    default:
      return state;
  }
}

/**
 * The newest view replaces all before it. Chat belongs to the room: who is put
 * out of the room keeps nothing of it on the screen.
 * @param {State} state
 * @param {import('../types.js').View} view
 * @returns {State}
 */
function onView(state, view) {
  const inside = view.me.phase === 'in';
  return {
    ...state,
    view,
    role: view.me.role,
    slots: view.media ? state.slots : { pc: '', slots: [] },
    speakers: view.media ? state.speakers : [],
    chat: inside ? state.chat : [],
    unread: inside ? state.unread : 0,
    panel: inside || state.panel === 'settings' ? state.panel : '',
    dialog: inside ? stillThere(state.dialog, view) : null,
  };
}

/**
 * A question about somebody who has gone is answered.
 * @param {State['dialog']} dialog
 * @param {import('../types.js').View} view
 */
function stillThere(dialog, view) {
  if (!dialog || !('seat' in dialog)) return dialog;
  const all = [...(view.people ?? []), ...(view.door ?? [])];
  return all.some((p) => p.seat === dialog.seat) ? dialog : null;
}

/**
 * What cannot be read is not shown.
 * @param {State} state
 * @param {import('../types.js').ChatMessage} message
 * @returns {State}
 */
function onChat(state, message) {
  const { from, text, private: onlyHosts, at } = message;
  if (text === undefined) return state;
  return { ...state, chat: [...state.chat, { from, text, private: onlyHosts, at }], unread: unreadAfter(state, from) };
}

/** @param {State} state @param {string} from */
function unreadAfter(state, from) {
  if (state.panel === 'chat') return 0;
  return from === state.view?.me.seat ? state.unread : state.unread + 1;
}
