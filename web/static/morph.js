// Makes an element equal to another one.  It keeps the nodes that the reader uses, and with them focus and open
// disclosures, and replaces all others: a new node appears in its place, an old one would slide there.
//
// Elements match by `id`, by `data-key`, or, in a list, by the input or chip that they contain; other elements by tag and
// class, in order.  Elements with `data-client` belong to scripts: they stay as they are.

const USED = ":focus, details[open], [data-client]";

const keyOf = (element) => {
  if (element.id || element.dataset.key) return element.id || element.dataset.key;
  if (element.localName !== "li") return "";
  const part = element.querySelector("input, [data-chip]");
  return part ? part.dataset.chip || `${part.name}=${part.value}` : "";
};

const afterScripts = (node) => {
  while (node?.dataset && "client" in node.dataset) node = node.nextSibling;
  return node;
};

const sameKind = (element, other) =>
  other.nodeName === element.nodeName && !keyOf(other) && other.getAttribute("class") === element.getAttribute("class");

// The node at or after `next` that becomes `wanted`.
const counterpart = (wanted, next, keyed) => {
  if (wanted.nodeType !== Node.ELEMENT_NODE) return next?.nodeType === wanted.nodeType ? next : undefined;
  const key = keyOf(wanted);
  if (key) {
    const match = keyed.get(key);
    keyed.delete(key);
    return match?.nodeName === wanted.nodeName ? match : undefined;
  }
  for (let node = next; node; node = afterScripts(node.nextSibling)) {
    if (node.nodeType === Node.ELEMENT_NODE && sameKind(wanted, node)) return node;
  }
  return undefined;
};

const place = (parent, node, next) => {
  if (parent.moveBefore) parent.moveBefore(node, next); // keeps the focus
  else parent.insertBefore(node, next);
};

const morphChildren = (current, wanted) => {
  const keyed = new Map([...current.children].map((child) => [keyOf(child), child]));
  let next = afterScripts(current.firstChild);
  for (const child of [...wanted.childNodes]) {
    const match = counterpart(child, next, keyed);
    if (!match) {
      current.insertBefore(child, next);
      continue;
    }
    if (match === next) next = afterScripts(next.nextSibling);
    else place(current, match, next);
    renew(match, child);
  }
  while (next) {
    const following = afterScripts(next.nextSibling);
    next.remove();
    next = following;
  }
};

const morphAttributes = (current, wanted) => {
  for (const { name, value } of wanted.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  for (const { name } of [...current.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "open") current.removeAttribute(name);
  }
};

// Properties of controls differ from their attributes once a reader changes them.
const morphControl = (input) => {
  input.checked = input.defaultChecked;
  if (input !== document.activeElement && input.value !== input.defaultValue) input.value = input.defaultValue;
};

const inUse = (element) => element.matches(USED) || element.querySelector(USED) !== null;

// Makes a node equal to another one, or replaces it if the reader does not use it.
export const renew = (current, wanted) => {
  if (current.nodeType !== Node.ELEMENT_NODE || inUse(current)) morph(current, wanted);
  else current.replaceWith(wanted);
};

export const morph = (current, wanted) => {
  if (current.nodeType !== Node.ELEMENT_NODE) {
    if (current.data !== wanted.data) current.data = wanted.data;
    return;
  }
  morphAttributes(current, wanted);
  if (current.localName === "input") morphControl(current);
  else morphChildren(current, wanted);
};
