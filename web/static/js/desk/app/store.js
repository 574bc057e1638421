/** Holds the state. Actions go in, and whoever listens hears of the new state. */
import { reduce } from '../model/reducer.js';

/** @typedef {import('../model/initial.js').State} State */

export class Store {
  /** @param {State} first */
  constructor(first) {
    this.state = first;
    /** @type {((state: State, before: State) => void)[]} */
    this.listeners = [];
  }

  /** @param {import('../model/reducer.js').Action} action */
  dispatch = (action) => {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state !== before) for (const listener of this.listeners) listener(this.state, before);
  };

  /** @param {(state: State, before: State) => void} listener */
  listen(listener) {
    this.listeners.push(listener);
  }
}
