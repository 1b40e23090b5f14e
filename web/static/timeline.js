// Selects a range of dates in a timeline: drag over its bars, or hold Shift and press an arrow key.
//
// Without this module, each bar is a link to its period.  With it, all bars are one stop of the Tab key: arrow keys move
// between them.  A selected range is followed as a link, which other modules handle like any other link.
const DRAG = 6; // pixels; a shorter movement is a click
const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };
const WHOLE = /([?&]from=)0001-01-01(.*?[?&]to=)9999-12-31/;

let selecting; // the selection that is under way: its chart, and the periods at its anchor and at its moving end
let dragged = false; // whether the last pointer that was pressed has selected a range

const bars = (chart) => [...chart.querySelectorAll(".bars a")];
const starts = (chart) => chart.dataset.starts.split(" ");

// The number of the period at a horizontal position.
const periodAt = (chart, x) => {
  const { left, width } = chart.querySelector(".bars").getBoundingClientRect();
  const count = starts(chart).length;
  return Math.min(count - 1, Math.max(0, Math.floor(((x - left) / width) * count)));
};

const periodOf = (bar) => {
  const { left, width } = bar.querySelector(".slot").getBoundingClientRect();
  return periodAt(bar.closest(".chart"), left + width / 2);
};

const bounds = ({ anchor, end }) => [Math.min(anchor, end), Math.max(anchor, end)];

// The first and the last moment of the selection, encoded as in a URL.
const moments = (selection) => {
  const [first, last] = bounds(selection);
  const all = starts(selection.chart);
  return [all[first], last + 1 < all.length ? dayBefore(all[last + 1]) : selection.chart.dataset.last];
};

const dayBefore = (day) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

const address = (selection) => {
  const [first, last] = moments(selection);
  return selection.chart.dataset.link.replace(WHOLE, (_, from, to) => `${from}${first}${to}${last}`);
};

const description = (selection) => {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
  const [first, last] = moments(selection).map((moment) => format.format(new Date(decodeURIComponent(moment))));
  const [from, to] = bounds(selection);
  const counts = selection.chart.dataset.counts.split(" ").slice(from, to + 1);
  const articles = counts.reduce((sum, count) => sum + Number(count), 0);
  return `${first} to ${last}: ${articles.toLocaleString("en-GB")} ${articles === 1 ? "article" : "articles"}`;
};

const select = (selection, announced) => {
  const svg = selection.chart.querySelector(".bars");
  const [first, last] = bounds(selection);
  const slot = 100 / starts(selection.chart).length;
  let area = svg.querySelector(".selection");
  if (!area) {
    area = document.createElementNS(svg.namespaceURI, "rect");
    area.setAttribute("class", "selection");
    area.setAttribute("height", "100%");
    svg.append(area);
  }
  area.setAttribute("x", `${first * slot}%`);
  area.setAttribute("width", `${(last + 1 - first) * slot}%`);
  label(selection.chart).textContent = description(selection);
  if (announced) announce(`${description(selection)}. Press Enter to show them, or Escape to cancel.`);
  selecting = selection;
};

// The line that describes the selection, in the place of the notes.
const label = (chart) => {
  const body = chart.parentElement;
  let element = body.querySelector(".selection-label");
  if (!element) {
    element = document.createElement("p");
    element.className = "selection-label";
    element.ariaHidden = "true";
    body.querySelector(".chart-notes").append(element);
  }
  return element;
};

const announce = (text) => {
  const status = document.querySelector("[role=status]");
  if (status) status.textContent = text;
};

const cancel = () => {
  for (const element of selecting?.chart.parentElement.querySelectorAll(".selection, .selection-label") ?? []) element.remove();
  selecting = undefined;
};

// Follows the link to the selection.
const apply = () => {
  const link = document.createElement("a");
  link.href = address(selecting);
  link.hidden = true;
  selecting.chart.append(link);
  cancel();
  link.click();
  link.remove();
};

document.addEventListener("pointerdown", (event) => {
  const chart = event.target.closest(".chart");
  dragged = false;
  if (!chart || !event.isPrimary || event.button) return;
  const period = periodAt(chart, event.clientX);
  const start = event.clientX;
  const controller = new AbortController();
  const { signal } = controller;
  const move = ({ clientX }) => {
    if (!dragged && Math.abs(clientX - start) < DRAG) return;
    dragged = true;
    select({ chart, anchor: period, end: periodAt(chart, clientX) });
  };
  const stop = (finish) => () => {
    controller.abort();
    if (dragged && selecting) finish();
  };
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", stop(apply), { signal });
  document.addEventListener("pointercancel", stop(cancel), { signal });
});

// A bar must not be dragged as a link, nor followed after a drag (a click by a key has no detail).
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".chart")) event.preventDefault();
});
document.addEventListener(
  "click",
  (event) => {
    if (!dragged || !event.isTrusted || !event.detail || !event.target.closest(".chart")) return;
    dragged = false;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && selecting) {
    cancel();
    announce("");
    return;
  }
  const bar = event.target.closest?.(".bars a");
  if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && selecting) {
    event.preventDefault();
    apply();
  } else if (event.key in ARROWS) {
    event.preventDefault();
    if (event.shiftKey) extend(bar, ARROWS[event.key]);
    else step(bar, ARROWS[event.key]);
  }
});

const extend = (bar, by) => {
  const chart = bar.closest(".chart");
  const { anchor, end } = selecting ?? { anchor: periodOf(bar), end: periodOf(bar) };
  select({ chart, anchor, end: Math.min(starts(chart).length - 1, Math.max(0, end + by)) }, true);
};

const step = (bar, by) => {
  cancel();
  const all = bars(bar.closest(".chart"));
  all[all.indexOf(bar) + by]?.focus();
};

// Makes all bars one stop of the Tab key: the last one that had the focus, else the newest.
const rove = (chart, current = bars(chart).at(-1)) => {
  for (const bar of bars(chart)) bar.setAttribute("tabindex", bar === current ? "0" : "-1");
  chart.querySelector(".bars").ariaDescription = "Arrow keys move between bars. Shift and an arrow key select a range.";
};

document.addEventListener("focusin", ({ target }) => {
  const bar = target.closest?.(".bars a");
  if (bar) rove(bar.closest(".chart"), bar);
});
document.addEventListener("focusout", ({ target }) => {
  if (target.closest?.(".bars")) cancel();
});

const roveAll = () => {
  for (const chart of document.querySelectorAll(".chart")) rove(chart);
};
document.addEventListener("swap", () => {
  cancel();
  roveAll();
});
roveAll();
