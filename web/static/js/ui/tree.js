/**
 * A small patcher: views describe a tree, and the document is changed only
 * where it differs. Elements keep their identity (by key, or by place and
 * name), so focus, scrolling, half-typed words and playing videos stay.
 */

/**
 * @typedef {object} Node_
 * @property {string} tag
 * @property {string} key
 * @property {Props} props
 * @property {Child[]} children
 *
 * @typedef {Node_ | string} Child
 * @typedef {Record<string, any> & { key?: string, on?: Record<string, (e: any) => void>, mounted?: Mount, after?: (e: any) => void }} Props
 * @typedef {(element: any) => (() => void) | void} Mount runs when the element is new; what it returns runs when it goes
 */

const svg = 'http://www.w3.org/2000/svg';

/** Attributes that live as properties, because what a person typed is not an attribute. */
const live = new Set(['value', 'checked', 'muted', 'selected', 'disabled', 'open']);

/**
 * What stands in these a browser writes to its disk every few seconds, to bring a
 * tab back, and some send it to a service that checks spelling, unless they are told
 * not to. That is how a half-typed message would outlive its session, or leave it.
 */
const written = new Set(['input', 'select', 'textarea']);
const marked = new Set(['checkbox', 'radio']);

/** @type {WeakMap<Element, { node: Node_, unmount?: (() => void) | void }>} */
const known = new WeakMap();

/**
 * @param {string} tag an element's name, or with a class: `div.card.wide`
 * @param {Props | null} [props]
 * @param {...(Child | Child[] | null | undefined | false)} children
 * @returns {Node_}
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const { key = '', ...rest } = props ?? {};
  if (classes.length > 0) rest.class = [...classes, rest.class ?? ''].join(' ').trim();
  const kept = /** @type {Child[]} */ (children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return { tag: name, key, props: rest, children: kept };
}

/**
 * Makes the children of an element what the list says.
 * @param {Element} parent
 * @param {Child[]} wanted
 */
export function patch(parent, wanted) {
  const old = [...parent.childNodes];
  const used = new Set();
  const next = wanted.map((child, i) => settle(child, find(old, used, child, i), used, parent));
  for (const node of old) if (!used.has(node)) remove(node);
  place(parent, next);
}

/**
 * Moves only what is not where it belongs: a moved video stops playing.
 * @param {Element} parent
 * @param {ChildNode[]} nodes
 */
function place(parent, nodes) {
  let after = parent.firstChild;
  for (const node of nodes) {
    if (node === after) after = after.nextSibling;
    else parent.insertBefore(node, after);
  }
}

/**
 * @param {ChildNode[]} old
 * @param {Set<ChildNode>} used
 * @param {Child} child
 * @param {number} i
 * @returns {ChildNode | undefined}
 */
function find(old, used, child, i) {
  if (typeof child !== 'string' && child.key) {
    return old.find((n) => n instanceof Element && known.get(n)?.node.key === child.key && sameTag(n, child));
  }
  const there = old[i];
  if (there && !used.has(there) && fits(there, child)) return there;
  return old.find((n) => !used.has(n) && fits(n, child));
}

/** @param {ChildNode} node @param {Child} child */
function fits(node, child) {
  if (typeof child === 'string') return node.nodeType === 3;
  return node instanceof Element && sameTag(node, child) && !known.get(node)?.node.key;
}

/** @param {Element} element @param {Node_} node */
const sameTag = (element, node) => known.get(element)?.node.tag === node.tag;

/**
 * @param {Child} child
 * @param {ChildNode | undefined} node
 * @param {Set<ChildNode>} used
 * @param {Element} parent
 * @returns {ChildNode}
 */
function settle(child, node, used, parent) {
  if (typeof child === 'string') {
    const text = node ?? document.createTextNode('');
    if (text.nodeValue !== child) text.nodeValue = child;
    used.add(text);
    return text;
  }
  const element = node instanceof Element ? node : create(child, parent);
  used.add(element);
  update(element, child);
  return element;
}

/** @param {Node_} node @param {Element} parent */
function create(node, parent) {
  const inSvg = node.tag === 'svg' || parent.namespaceURI === svg;
  const element = inSvg ? document.createElementNS(svg, node.tag) : document.createElement(node.tag);
  if (written.has(node.tag) && !marked.has(node.props.type)) keepPrivate(element);
  // Written by a person: not for a browser that has pages translated elsewhere.
  if (node.props.dir === 'auto') element.setAttribute('translate', 'no');
  known.set(element, { node: { tag: node.tag, key: node.key, props: {}, children: [] } });
  return element;
}

/** @param {Element} field */
function keepPrivate(field) {
  field.setAttribute('autocomplete', 'off');
  field.setAttribute('spellcheck', 'false');
  field.setAttribute('writingsuggestions', 'false');
}

/** @param {Element} element @param {Node_} node */
function update(element, node) {
  const record = /** @type {{ node: Node_, unmount?: any }} */ (known.get(element));
  const before = record.node;
  record.node = node;
  patch(element, node.children);
  listen(element, before.props.on ?? {}, node.props.on ?? {});
  attributes(element, before.props, node.props);
  if (before.props.mounted === undefined && node.props.mounted) record.unmount = node.props.mounted(element);
  node.props.after?.(element);
}

/** @param {Element} element @param {Props} before @param {Props} now */
function attributes(element, before, now) {
  for (const name of Object.keys(before)) if (!(name in now)) set(element, name, false);
  for (const [name, value] of Object.entries(now)) if (value !== before[name] || live.has(name)) set(element, name, value);
}

/** @param {any} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (name === 'on' || name === 'mounted' || name === 'after') return;
  if (live.has(name)) {
    if (element[name] !== (value ?? false)) element[name] = value ?? false;
    return;
  }
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * One listener for each kind of event, that asks the newest tree what to do.
 * @param {Element} element
 * @param {Record<string, any>} before
 * @param {Record<string, any>} now
 */
function listen(element, before, now) {
  for (const name of Object.keys(before)) if (!(name in now)) element.removeEventListener(name, handle);
  for (const name of Object.keys(now)) if (!(name in before)) element.addEventListener(name, handle);
}

/** @param {Event} event */
function handle(event) {
  const element = /** @type {Element} */ (event.currentTarget);
  known.get(element)?.node.props.on?.[event.type]?.(event);
}

/** @param {ChildNode} node */
function remove(node) {
  forget(node);
  node.remove();
}

/** @param {ChildNode} node */
function forget(node) {
  if (!(node instanceof Element)) return;
  known.get(node)?.unmount?.();
  for (const child of node.childNodes) forget(child);
}
