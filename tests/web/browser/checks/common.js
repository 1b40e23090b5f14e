// What the checks share.  All files of this folder are one script.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility({ visibilityProperty: true });
const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
const name = (element) => element.getAttribute("aria-label") ?? text(element);
const brief = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return `${element.outerHTML.slice(0, 160)} at ${[x, y, width, height].map(Math.round)}`;
};
const faulty = (elements, isFaulty) => elements.filter(isFaulty).map(brief);
const unless = (condition, fault) => (condition ? [] : [fault]);
const query = (link, parameter) => new URL(link, location).searchParams.getAll(parameter).join("|");
// The text nodes of an element that can be seen, each with a rectangle for each of its lines.
const textLines = (element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(".visually-hidden, .leaves")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter(({ width }) => width);
    found.push(lines.filter(({ top }, at) => !at || top > lines[at - 1].top + 4)); // a text that is cut has two on a line
  }
  return found.filter((lines) => lines.length);
};
const own = (link) => new URL(link.href, location).origin === location.origin;
const ticks = (root) => all(".checkboxes input[type=checkbox]", root);
const CONTROLS = "a[href], button, summary, input:not([type=hidden]), select, [tabindex='0']";
