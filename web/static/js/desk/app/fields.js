/** What is typed into forms whose fields are kept nowhere else, and what is said of a refusal. */
import { Refusal } from '../../protocol/http.js';

/** As the server counts: code points. */
export const minPassword = 12;

/** @param {unknown} e */
export const said = (e) => (e instanceof Refusal ? { code: e.code, message: e.message } : { code: 'other', message: '' });

/** What stands in the fields of a form. @param {SubmitEvent} e */
export function fieldsOf(e) {
  const data = new FormData(/** @type {HTMLFormElement} */ (e.target));
  const field = (/** @type {string} */ name) => String(data.get(name) ?? '');
  return { name: field('name'), password: field('password'), code: field('code') };
}

/** What was typed there is forgotten. @param {...string} ids */
export function clear(...ids) {
  for (const id of ids) {
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement) field.value = '';
  }
}
