/** Holds the state. Actions go in, and whoever listens hears of the new state. */
import { initial } from '../state/initial.js';
import { reduce } from '../state/reducer.js';

/** @typedef {import('../state/initial.js').State} State */

export class Store {
  constructor() {
    /** @type {State} */
    this.state = initial;
    /** @type {((state: State, before: State) => void)[]} */
    this.listeners = [];
  }

  /** @param {import('../state/reducer.js').Action} action */
  dispatch = (action) => {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state !== before) for (const listener of this.listeners) listener(this.state, before);
  };

  /**
   * @param {(state: State, before: State) => void} listener
   * @returns {() => void} ends it
   */
  listen(listener) {
    this.listeners.push(listener);
    return () => { this.listeners = this.listeners.filter((l) => l !== listener); };
  }
}
