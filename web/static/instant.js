// Shows the results of a search as soon as its form changes or a link to it is followed, without loading a new page.
//
// Every search is a page of the server: this module loads that page and swaps its regions.  The address, which the server
// makes, is the only state.  Without this module, the form and the links load the pages.
import { announce } from "./announcements.js";
import { followed } from "./clicks.js";
import { morph } from "./morph.js";
import { swap, swappable } from "./regions.js";
import { onTyping, pauseOfQuery } from "./typing.js";

const form = document.querySelector("#search");
const box = form.elements.q;
let shown = location.pathname + location.search; // the search that the page shows
let visit; // the visit that is under way: its address, plan, and the controller that aborts it
let typedIn; // the control whose typing made the current history entry

const heading = () => document.querySelector("#results-heading");

// The address of the form's search, without blank parameters.
const formAddress = () => {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = filled.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return new URL(form.action).pathname + (query && `?${query}`);
};

const load = async (address, signal) => {
  const response = await fetch(address, { headers: { Accept: "text/html" }, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.querySelector("[data-region]")) throw new Error(`${response.status} ${response.statusText}`);
  return page;
};

// Goes to a search.  `plan`: `record` ("push", "replace" or nothing), the control `typedIn`, and where to `focus`.
const go = async (address, plan) => {
  visit?.controller.abort();
  stopTyping();
  const current = { address, plan, controller: new AbortController() };
  visit = current;
  document.querySelector("#results").ariaBusy = "true";
  try {
    const page = await load(address, current.controller.signal);
    if (visit !== current) return;
    visit = undefined;
    show(page, address, plan);
  } catch (error) {
    if (visit === current) fail(error, address, plan);
  }
};

const show = (page, address, plan) => {
  const canonical = page.querySelector("link[rel=canonical]")?.getAttribute("href") ?? address;
  if (!swappable(page)) {
    location.assign(canonical);
    return;
  }
  document.querySelector("#load-error")?.remove();
  const mistakes = page.querySelector("#overview > .error-summary");
  if (mistakes && plan.record) {
    showMistakes(page, mistakes);
    return;
  }
  record(canonical, plan.record);
  typedIn = plan.typedIn;
  const focused = document.activeElement;
  if (plan.record && plan.focus) focused.blur(); // what is about to lose the focus need not stay
  swap(page);
  swapBox(page.querySelector("#q"));
  announce(page.querySelector("[role=status]").textContent);
  if (!focused.isConnected) heading().focus({ preventScroll: true });
  plan.focus?.();
};

// Keeps the results, and their address, while the form has mistakes: these are shown above the results and at the inputs.
const showMistakes = (page, mistakes) => {
  const overview = document.querySelector("#overview");
  const note = document.createElement("p");
  note.textContent = "Your last change is not applied.";
  mistakes.append(note);
  mistakes.firstElementChild.removeAttribute("id"); // that of the heading of the results
  overview.querySelector(":scope > .error-summary")?.remove();
  overview.prepend(mistakes);
  for (const part of ["#q-error", ".date-range"]) morph(document.querySelector(part), page.querySelector(part));
  swapBox(page.querySelector("#q"));
  document.querySelector("#results").ariaBusy = null;
};

const record = (address, method) => {
  if (method === "push" && address !== shown) history.pushState(null, "", address);
  else if (method) history.replaceState(history.state, "", address);
  shown = address;
};

const swapBox = (wanted) => {
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (wanted.hasAttribute(name)) box.setAttribute(name, wanted.getAttribute(name));
    else box.removeAttribute(name);
  }
  box.defaultValue = wanted.defaultValue;
  if (box !== document.activeElement) box.value = wanted.defaultValue;
};

const fail = (error, address, plan) => {
  visit = undefined;
  console.error(error);
  if (!plan.record) {
    location.reload(); // the address has changed already
    return;
  }
  document.querySelector("#results").ariaBusy = null;
  resetControls(box);
  document.querySelector("#load-error")?.remove();
  document.querySelector("main").before(loadError(address));
};

const loadError = (address) => {
  const message = document.createElement("p");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "Try again";
  message.id = "load-error";
  message.className = "error-summary";
  message.setAttribute("role", "alert");
  message.append("The results did not load. Your last change is not applied. ", link);
  return message;
};

// Undoes changes that are not applied, except of one control.  The event `unapplied` notifies other modules.
const resetControls = (except) => {
  for (const control of form.elements) {
    if (control.localName !== "input" || control === except) continue;
    control.checked = control.defaultChecked;
    if (control.value !== control.defaultValue) control.value = control.defaultValue;
  }
  document.dispatchEvent(new Event("unapplied"));
};

const recordOf = (control) => (typedIn === control ? "replace" : "push"); // one entry for all that is typed

const typed = (control) => go(formAddress(), { record: recordOf(control), typedIn: control });

const stopTyping = onTyping(box, () => typed(box), pauseOfQuery);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (matchMedia("(pointer: coarse)").matches) box.blur(); // closes the keyboard on the screen
  go(formAddress(), { record: recordOf(box) });
});

document.addEventListener("change", ({ target }) => {
  if (target.form !== form || target === box) return;
  if (target.type !== "date") go(formAddress(), { record: "push" });
  else if (!target.value || target.value >= "1000") typed(target); // the year is complete
});

document.addEventListener("click", (event) => {
  const link = followed(event, ":is([data-region], #load-error) a[href]");
  if (!link) return;
  const url = new URL(link.getAttribute("href"), location.href);
  if (url.origin !== location.origin || url.pathname !== new URL(form.action).pathname || url.hash) return;
  event.preventDefault();
  go(url.pathname + url.search, { record: "push", focus: focusAfter(link) });
});

// A removed chip hands the focus to the next one; an exclusion, to the link that undoes it, and back; a link among the
// results, to the heading; other links keep it.
const focusAfter = (link) => {
  const chips = () => [...document.querySelectorAll("[data-chip]")];
  const index = chips().indexOf(link);
  if (index >= 0) return () => (chips()[index] ?? heading()).focus();
  if (link.matches(".exclude, .excluded a")) return focusAfterExclusion(link);
  if (!link.closest("#results")) return undefined;
  return () => {
    heading().focus({ preventScroll: true });
    heading().scrollIntoView();
  };
};

const focusAfterExclusion = (link) => {
  const { key } = link.closest("fieldset").dataset;
  const include = link.matches(".excluded a");
  const value = include ? link.dataset.value : link.closest("li").querySelector("input").value;
  return () => {
    const controls = [...document.querySelectorAll(`fieldset[data-key=${key}] :is(.excluded a, input[name=${key}])`)];
    const visible = controls.filter((control) => control.checkVisibility());
    const undone = visible.find((control) => (include ? control.value : control.dataset.value) === value);
    (undone ?? visible[0] ?? heading()).focus();
  };
};

// Drops the visit of a reader who goes back, and forward again before it is answered.
const stay = () => {
  visit.controller.abort();
  visit = undefined;
  document.querySelector("#results").ariaBusy = null;
  resetControls();
};

addEventListener("popstate", () => {
  if (location.pathname + location.search === shown) {
    if (visit && !visit.plan.record) stay(); // else only the fragment has changed
    return;
  }
  const y = history.state?.y ?? 0;
  go(location.pathname + location.search, {
    focus: () => {
      resetControls();
      scrollTo(0, y);
    },
  });
});

let scrolling;
addEventListener("scroll", () => {
  clearTimeout(scrolling);
  scrolling = setTimeout(() => {
    if (!visit) history.replaceState({ y: scrollY }, "");
  }, 100);
});

// A page from the back/forward cache continues its load, or undoes changes that its address does not have.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  if (visit) go(visit.address, visit.plan);
  else resetControls();
});

// What was typed or ticked before this module ran.
const changed = ({ localName, checked, defaultChecked, value, defaultValue }) =>
  localName === "input" && (checked !== defaultChecked || value !== defaultValue);

if ([...form.elements].some(changed)) typed(box);
document.documentElement.classList.add("js");
