/**
 * What typing does to the form of a new session. Pure.
 *
 * @typedef {import('./initial.js').State} State
 * @typedef {import('../types.js').Draft} Draft
 * @typedef {'guests' | 'hosts'} List
 *
 * @typedef {{ type: 'draft', draft: Partial<Draft> }
 *   | { type: 'from', time: string }
 *   | { type: 'row', list: List, index: number, label: string }
 *   | { type: 'add_row', list: List, after: number, key: string }
 *   | { type: 'remove_row', list: List, index: number, key: string }
 *   | { type: 'paste_rows', list: List, index: number, lines: string[], key: string }
 *   | { type: 'preset', preset: Draft['preset'], key: string }
 *   | { type: 'unfold', part: keyof State['open'], on: boolean }
 *   | { type: 'tried' }
 *   | { type: 'start_afresh' }} FormAction
 */
import { newDraft, presetMinutes } from './draft.js';
import { filled, spread } from './people.js';
import { endAfter, keepLength } from './time.js';

/** A group's form begins with this many lines. */
const groupRows = 3;

/**
 * @param {State} state
 * @param {FormAction} action
 * @returns {State}
 */
export function onForm(state, action) {
  switch (action.type) {
    case 'draft':
      return type(state, action.draft);
    case 'from':
      return type(state, { from: action.time, to: keepLength(state.draft.from, state.draft.to, action.time) });
    case 'preset':
      return type(state, onPreset(state.draft, action.preset, action.key));
    case 'unfold':
      return { ...state, open: { ...state.open, [action.part]: action.on } };
    case 'tried':
      return { ...state, tried: true, failure: null };
    case 'start_afresh':
      return { ...state, draft: newDraft(state.now, state.hostLabel), tried: false, failure: null, open: { more: false, rules: false } };
    default:
      return onRows(state, action);
  }
}

/** @param {State} state @param {FormAction} action @returns {State} */
function onRows(state, action) {
  switch (action.type) {
    case 'row':
      return rows(state, action.list, (all) => all.map((r, i) => (i === action.index ? { ...r, label: action.label } : r)));
    case 'add_row':
      return rows(state, action.list, (all) => [...all.slice(0, action.after + 1), { key: action.key, label: '' }, ...all.slice(action.after + 1)]);
    case 'remove_row':
      return rows(state, action.list, (all) => (all.length > 1 ? all.filter((_, i) => i !== action.index) : [{ key: action.key, label: '' }]));
    case 'paste_rows':
      return rows(state, action.list, (all) => spread(all, action.index, action.lines, (n) => `${action.key}-${n}`));
    default:
      return state;
  }
}

/** @param {State} state @param {Partial<Draft>} change @returns {State} */
const type = (state, change) => ({ ...state, draft: { ...state.draft, ...change } });

/** @param {State} state @param {List} list @param {(rows: Draft[List]) => Draft[List]} change */
const rows = (state, list, change) => type(state, { [list]: change(state.draft[list]) });

/**
 * A group begins with several lines, one-to-one with one; what was typed stays.
 * @param {Draft} draft
 * @param {Draft['preset']} preset
 * @param {string} key
 * @returns {Partial<Draft>}
 */
function onPreset(draft, preset, key) {
  if (preset === 'later') return { preset, to: laterEnd(draft) };
  const typed = filled(draft.guests);
  const wanted = preset === 'group' ? groupRows : 1;
  const blank = Array.from({ length: Math.max(0, wanted - typed.length) }, (_, i) => ({ key: `${key}-${i}`, label: '' }));
  return { preset, guests: [...typed, ...blank] };
}

/** An end that nobody has set follows the length of the choice before. @param {Draft} draft */
function laterEnd({ preset, from, to }) {
  const untouched = Object.values(presetMinutes).some((m) => endAfter(from, m) === to);
  return preset === 'later' || !untouched ? to : endAfter(from, presetMinutes[preset]);
}
