// Whether an element is cut by an ancestor, or can be scrolled to in it.
const clipped = (element) => {
  for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
    if (getComputedStyle(each).overflowX !== "visible") return true;
  }
  return false;
};
const hidden = (element) => Boolean(element.closest(".visually-hidden, .leaves, .skip-link"));
// Every bar of a chart has an equal link in the chart's table, as the success criterion on target size allows.
const targets = () => all("a, button, summary, select, label.checkbox, label.choice, input:not([type=checkbox], [type=radio], [type=hidden])")
  .filter((target) => shown(target) && !hidden(target) && !target.closest(".bars, #load-error"));
// The rectangles of an element without what its ancestors cut off.
const visibleRectangles = (element) => {
  let found = rectangles(element).map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
  for (let each = element.parentElement; each !== document.body; each = each.parentElement) {
    if (getComputedStyle(each).overflowY === "visible") continue;
    const { left, top, right, bottom } = each.getBoundingClientRect();
    found = found.map((cut) => ({
      left: Math.max(cut.left, left), top: Math.max(cut.top, top),
      right: Math.min(cut.right, right), bottom: Math.min(cut.bottom, bottom),
    }));
  }
  return found;
};
const overlap = (one, other) =>
  Math.min(Math.min(one.right, other.right) - Math.max(one.left, other.left), Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
const rectangles = (element) => [...element.getClientRects()].filter(({ width, height }) => width && height);
// An inline link in a sentence may be as high as its line; a link of several lines is measured as a whole.
const small = (target, least) => {
  const { width, height } = target.getBoundingClientRect();
  return Math.round(width) < 24 || Math.round(height) < least;
};
const coarse = () => matchMedia("(pointer: coarse)").matches;
const ownText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
const covered = (control) => {
  control.focus({ focusVisible: true });
  // Chromium scrolls only to what is out of sight; a script of the search page does the rest.
  if (matchMedia("(scripting: none)").matches || control.closest(".docs")) control.scrollIntoView({ block: "nearest", inline: "nearest" });
  const [{ left, top, right, bottom }] = rectangles(control);
  const [x, y] = [Math.max(left, 0) + Math.min(right, innerWidth), Math.max(top, 0) + Math.min(bottom, innerHeight)];
  return !control.contains(document.elementFromPoint(x / 2, y / 2));
};

// Where everything is.
const layout = {
  "nothing scrolls sideways": () => unless(document.documentElement.scrollWidth <= innerWidth, `${document.documentElement.scrollWidth} pixels`),
  "nothing sticks out of the window": () =>
    faulty(all("body *").filter((each) => ownText(each) && shown(each) && !hidden(each) && !clipped(each)), (each) =>
      rectangles(each).some(({ left, right }) => left < -1 || right > innerWidth + 1)),
  "targets are large enough": () => faulty(targets(), (target) => small(target, coarse() ? 44 : 24)),
  "no target covers another": () => {
    const shared = coarse() ? 10 : 1; // of a target of 44 pixels, 24 are its own
    const boxes = targets().map((target) => [target, visibleRectangles(target)]);
    return boxes.flatMap(([one, ones], at) => boxes.slice(at + 1)
      .filter(([other, others]) => !one.contains(other) && !other.contains(one) && !other.matches(".clear-filters") && !other.labels?.length &&
        ones.some((a) => others.some((b) => overlap(a, b) > shared)))
      .map(([other]) => `${brief(one)} and ${brief(other)}`));
  },
  "dates, chips and numbers stay on one line": () =>
    faulty(all("time, .chip, .count").filter(shown), (each) => rectangles(each).length > 1 || textLines(each).some(({ length }) => length > 1)),
  "text of several lines is not centred": () =>
    faulty(targets().filter((each) => getComputedStyle(each).textAlign === "center"), (each) => textLines(each).some(({ length }) => length > 1)),
  "parts below a hit are separated, but not from the edge": () => all(".below").filter(shown).flatMap((below) => {
    const parts = all(".meta > :not(.topics), .topics > li, .hit-actions > a, .explanation > a, summary", below).filter(shown);
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const middles = parts.map((part) => textLines(part).flat().map(({ top, bottom }) => (top + bottom) / 2)[0]);
    const { left: edge } = below.parentElement.getBoundingClientRect();
    const scrolled = getComputedStyle(below.querySelector(".meta")).overflowX === "auto";
    return faulty(parts, (part) => {
      const number = parts.indexOf(part);
      const { left } = boxes[number];
      const before = boxes.filter((each, at) => each.left < left && Math.abs(middles[at] - middles[number]) < 6);
      if (getComputedStyle(part, "::after").content !== "none") return true; // it would end a row
      return before.length ? !scrolled && left - Math.max(...before.map(({ right }) => right)) < 8 : Math.abs(left - edge) > 1;
    });
  }),
  "chips and links to all values begin at the left edge": () => faulty(all(".chips, .all-values").filter(shown), (each) => {
    const { left, top, bottom } = each.getBoundingClientRect();
    const neighbours = all("a, p, li, summary", each.parentElement).filter((other) => shown(other) && !each.contains(other) && !hidden(other))
      .flatMap(rectangles).filter((box) => box.left < left && box.top < bottom - 4 && box.bottom > top + 4);
    return !neighbours.length && left > each.parentElement.getBoundingClientRect().left + 1;
  }),
  "names of values begin next to their boxes": () => faulty(all(".checkbox").filter(shown), (label) => {
    const lines = textLines(label.querySelector(".checkbox-label")).flat();
    return Math.min(...lines.map(({ left }) => left)) > label.querySelector("input").getBoundingClientRect().right + 16;
  }),
  "charts keep a distance to the text above": () => all(".bars, .lines-plot").filter(shown).flatMap((chart) => {
    const { left, right, top } = chart.getBoundingClientRect();
    return faulty(all("body *").filter((each) => ownText(each) && shown(each) && !hidden(each) && !each.closest("svg, .site-header, #load-error")), (each) =>
      rectangles(each).some((box) => box.left < right && box.right > left && box.top < top && box.bottom > top - 7.5));
  }),
  "no text covers a chart": () => all(".bars, .lines").filter(shown).flatMap((chart) => {
    const area = chart.getBoundingClientRect();
    return faulty(all("body *").filter((each) => ownText(each) && shown(each) && !hidden(each) && !each.closest("svg, .site-header, #load-error")), (each) =>
      visibleRectangles(each).some((box) => overlap(box, area) > 1));
  }),
  "text is at least 12 pixels high": () =>
    faulty(all("body *").filter((each) => ownText(each) && shown(each)), (each) => parseFloat(getComputedStyle(each).fontSize) < 12 && !each.closest(".markers")),
  "search box and its label are in sight": () => faulty(all("#q, label[for=q]"), (each) => !shown(each)),
  "filters are a disclosure with their number below 60rem": () => {
    const summary = document.querySelector("#filters > details > summary");
    if (!summary || document.querySelector(".error-summary")) return []; // without chips
    const chips = all("a.chip[data-chip]").length;
    return [
      ...unless(shown(summary) === innerWidth < 960, brief(summary)),
      ...unless(text(summary) === (chips ? `Filters (${chips})` : "Filters"), text(summary)),
    ];
  },
  "headings and buttons are whole": () =>
    faulty(all("h2, h3, legend, button, summary, th").filter((each) => shown(each) && !hidden(each)), ({ scrollWidth, clientWidth }) => clientWidth && scrollWidth > clientWidth + 1),
  "labels of axes are apart": () => all(".ticks").filter(shown).flatMap((axis) => {
    const labels = all("text", axis).filter(shown).map((label) => label.getBoundingClientRect());
    return labels.slice(1).filter(({ left }, at) => left <= labels[at].right).map(({ left }) => `overlap at ${left}`);
  }),
  "what has the focus is not covered": () => faulty(all(CONTROLS).filter((each) => shown(each) && each.tabIndex >= 0 && !each.disabled), covered),
};

// How dense the hits are while all disclosures are closed.
const density = {
  "first hit begins above 180 pixels on a desktop": () => {
    const hit = document.querySelector("#results .hit");
    return unless(!hit || innerWidth !== 1280 || hit.getBoundingClientRect().top < 180, hit && brief(hit));
  },
  "hits are at most 170 pixels high on a desktop": () =>
    innerWidth < 1280 ? [] : faulty(all("#results .hit:not(:has(.explanation .reasons))"), (hit) => hit.getBoundingClientRect().height > 170),
  "first hit is in the upper half of a phone": () => {
    const hit = document.querySelector("#results .hit");
    return unless(!hit || innerWidth > 400 || hit.getBoundingClientRect().top < innerHeight / 2, hit && brief(hit));
  },
  "what is below an excerpt takes two lines at most on a phone": () =>
    innerWidth > 400 || !coarse() ? [] : faulty(all("#results .below"), (each) => each.getBoundingClientRect().height > 70),
  "excerpts have at most two lines on a phone": () =>
    innerWidth > 400 ? [] : faulty(all(".hit .excerpt"), (each) => each.clientHeight > 2 * parseFloat(getComputedStyle(each).lineHeight) + 1),
};
