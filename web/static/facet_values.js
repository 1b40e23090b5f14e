// Opens all values of a facet in place, with a box that finds values on the server.
//
// This list replaces the boxes of the form.  Without this module, "Show all" leads to a page.
import { followed } from "./clicks.js";
import { morph } from "./morph.js";
import { onTyping } from "./typing.js";

const panels = new Set(); // the open lists

const make = (tag, attributes, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};

const linkOf = ({ fieldset }) => fieldset.querySelector("a.all-values");

const load = async (panel) => {
  panel.request?.abort();
  panel.request = new AbortController();
  const { signal } = panel.request;
  const address = new URL(linkOf(panel).href);
  if (panel.filter.value.trim()) address.searchParams.set("filter", panel.filter.value);
  if (panel.order.checked) address.searchParams.set("order", "name");
  try {
    const response = await fetch(address, { signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!signal.aborted) show(panel, page.querySelector("#facet-list"), page.querySelector("label[for=filter]"));
  } catch {
    if (!signal.aborted) location.assign(address);
  }
};

const show = (panel, values, label) => {
  const focused = document.activeElement;
  const list = values.querySelector("ul");
  for (const input of list.querySelectorAll("input")) input.removeAttribute("form");
  morph(panel.list, list);
  panel.label.textContent = label.textContent;
  panel.status.textContent = values.querySelector("[role=status]").textContent;
  if (!focused.isConnected) panel.filter.focus();
};

const open = (fieldset) => {
  const id = `find-${fieldset.dataset.key}`;
  const panel = {
    fieldset,
    label: make("label", { for: id }, "Find"),
    filter: make("input", { id, type: "search", dir: "auto", autocomplete: "off", spellcheck: "false" }),
    order: make("input", { type: "checkbox" }),
    status: make("p", { role: "status", class: "hint" }),
    list: make("ul", { class: "checkboxes" }),
    close: make("button", { type: "button", class: "plain" }, "Show fewer"),
  };
  const { label, filter, order, status, list, close } = panel;
  const sorted = make("label", { class: "checkbox" }, order, make("span", { class: "checkbox-label" }, "A to Z"));
  panel.element = make("div", { class: "facet-panel", "data-client": "" }, label, filter, sorted, status, list, close);
  linkOf(panel).after(panel.element);
  panels.add(panel);
  onTyping(filter, () => load(panel));
  order.addEventListener("change", () => load(panel));
  list.addEventListener("change", ({ target }) => apply(panel, target));
  close.addEventListener("click", () => {
    remove(panel);
    linkOf(panel).focus();
  });
  filter.focus();
  load(panel);
};

const remove = (panel) => {
  panel.request.abort();
  panel.element.remove();
  panels.delete(panel);
};

// Changes the form's own box of this value; the form may have none yet.
const apply = ({ fieldset }, { name, value, checked }) => {
  const boxes = [...fieldset.querySelectorAll(`input[name="${name}"][form]`)];
  const own = boxes.find((box) => box.value === value) ?? make("input", { type: "checkbox", name, value, form: "search" });
  if (!own.isConnected) fieldset.querySelector("ul.checkboxes").prepend(make("li", {}, own));
  own.checked = checked;
  own.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const link = followed(event, "#filters a.all-values");
  if (!link) return;
  event.preventDefault();
  open(link.closest("fieldset"));
});

document.addEventListener("swap", () => {
  for (const panel of panels) {
    if (panel.element.isConnected && linkOf(panel)) load(panel);
    else remove(panel); // few values are left, and the form shows them all
  }
});

document.addEventListener("unapplied", () => {
  for (const { list } of panels) for (const input of list.querySelectorAll("input")) input.checked = input.defaultChecked;
});
