/**
 * Strict JSON: JSON.parse takes the last of two members with one name, and
 * nobody would notice. Two readers of one message must never differ.
 */

export class ProtocolError extends Error {}

/** A message of a type that this page does not know: a newer gateway may send such, and they are passed over. */
export class UnknownMessage extends ProtocolError {}

/**
 * @param {string} text
 * @returns {unknown}
 */
export function parseStrict(text) {
  const value = parse(text);
  refuseDuplicates(text);
  return value;
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError('not JSON');
  }
}

/**
 * Walks the tokens of a text already known to be valid JSON.
 * @param {string} text
 */
function refuseDuplicates(text) {
  /** @type {(Set<string> | null)[]} the open objects (their names so far) and arrays (null) */
  const open = [];
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') remember(open.at(-1), JSON.parse(last));
    last = token;
  }
}

/**
 * @param {Set<string> | null | undefined} names
 * @param {string} name
 */
function remember(names, name) {
  if (names?.has(name)) throw new ProtocolError(`${name} twice`);
  names?.add(name);
}
