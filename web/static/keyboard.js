// `/` moves to the search box and `?` to the help.  A checkbox on the help page switches these keys off (WCAG 2.1.4).
const SETTING = "article-search.shortcuts";
const NOT_EDITABLE = ["button", "checkbox", "radio", "range", "reset", "submit"];

const box = document.querySelector("#q");
const help = document.querySelector("a[rel=help]");
const control = document.querySelector("#shortcuts");

const actions = {
  "/": () => {
    box.focus();
    box.select();
  },
  "?": () => help.click(),
};

// Storage can be refused by the browser's settings.
const stored = () => {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
};

const store = (on) => {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    control.checked = true;
  }
};

const isEditable = (element) =>
  element.isContentEditable ||
  ["textarea", "select"].includes(element.localName) ||
  (element.localName === "input" && !NOT_EDITABLE.includes(element.type));

document.addEventListener("keydown", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (modified || !Object.hasOwn(actions, event.key) || isEditable(event.target) || !stored()) return;
  event.preventDefault();
  actions[event.key]();
});

// In a row that scrolls, all of what has the focus is shown: browsers are content with a part of it.
document.addEventListener("focusin", ({ target }) => {
  if (target.closest(".starters, .chips, .sorts, .missing, .meta") && target.matches(":focus-visible")) {
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});

if (control) {
  control.checked = stored();
  control.closest("[hidden]").hidden = false;
  control.addEventListener("change", () => store(control.checked));
}
