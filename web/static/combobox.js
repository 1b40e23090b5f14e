// Suggests searches while typing: an editable combobox with a list box, as the ARIA Authoring Practices describe it.
// The focus stays in the input, and its text stays as typed until a suggestion is chosen.
import { onTyping } from "./typing.js";

const pause = () => 150; // ms
const LIMIT = 8;
const PLAIN = ["word", "phrase"]; // kinds of suggestions that need no name

const box = document.querySelector("#q");
const list = document.createElement("ul");
let active; // the option that Enter chooses
let request;

const isOpen = () => !list.hidden;

const activate = (option) => {
  active?.setAttribute("aria-selected", "false");
  active = option;
  active?.setAttribute("aria-selected", "true");
  active?.scrollIntoView({ block: "nearest" });
  if (active) box.setAttribute("aria-activedescendant", active.id);
  else box.removeAttribute("aria-activedescendant");
};

const open = (suggestions) => {
  list.replaceChildren(...suggestions.map(optionOf));
  list.hidden = suggestions.length === 0;
  box.ariaExpanded = String(isOpen());
  activate(undefined);
};

// Drops the suggestions that are under way.
const stop = () => {
  request?.abort();
  stopTyping();
};

const close = () => {
  stop();
  open([]);
};

const optionOf = ({ text, kind }, index) => {
  const option = document.createElement("li");
  option.id = `suggestion-${index}`;
  option.role = "option";
  option.ariaSelected = "false";
  option.dataset.text = text;
  const suggested = document.createElement("span");
  suggested.dir = "auto";
  suggested.textContent = text;
  option.append(suggested);
  if (!PLAIN.includes(kind)) {
    const label = document.createElement("span");
    label.className = "kind";
    label.textContent = kind;
    option.append(" ", label); // the space is part of the option's name
  }
  return option;
};

const suggest = async () => {
  stop();
  const current = new AbortController();
  request = current;
  const text = box.value;
  let suggestions = [];
  if (text.trim()) {
    try {
      const address = `${box.dataset.suggest}?q=${encodeURIComponent(text)}&limit=${LIMIT}`;
      const response = await fetch(address, { signal: current.signal });
      if (response.ok) ({ suggestions } = await response.json());
    } catch {
      // Searching works without suggestions.
    }
  }
  if (current.signal.aborted || document.activeElement !== box) return;
  open(suggestions.filter((suggestion) => suggestion.text !== text));
};

const choose = (option) => {
  box.value = option.dataset.text;
  close();
  box.form.requestSubmit();
};

// Past the last option comes the input itself.
const move = async (step) => {
  if (isOpen()) stop(); // newer suggestions would replace those that the reader moves through
  else await suggest();
  const stops = [undefined, ...list.children];
  const next = stops.indexOf(active) + step;
  activate(stops.at(next % stops.length));
};

const clear = () => {
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

// What a key does, if it does more than usual.
const actionOf = ({ key, altKey }) => {
  if (key === "ArrowDown") return altKey ? suggest : () => move(1);
  if (key === "ArrowUp") return altKey ? close : () => move(-1);
  if (key === "Escape") return isOpen() ? close : clear;
  if (key === "Enter" && active) return () => choose(active);
  return undefined;
};

list.id = "suggestions";
list.role = "listbox";
list.ariaLabel = "Suggestions";
list.hidden = true;
box.after(list);
box.role = "combobox";
box.ariaAutoComplete = "list";
box.ariaExpanded = "false";
box.setAttribute("aria-controls", list.id);

const stopTyping = onTyping(box, suggest, pause);
box.addEventListener("blur", close);
box.form.addEventListener("submit", close);
box.addEventListener("keydown", (event) => {
  const action = event.isComposing || event.ctrlKey || event.metaKey ? undefined : actionOf(event);
  if (action) {
    event.preventDefault();
    action();
  } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) activate(undefined);
});
list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the input
list.addEventListener("click", ({ target }) => {
  const option = target.closest("[role=option]");
  if (option) choose(option);
});
