// The checks of every page, by what they depend on.  Each returns its faults as texts.
(() => {
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
  const own = (link) => new URL(link.href, location).origin === location.origin;
  const ticks = (root) => all(".checkboxes input[type=checkbox]", root);
  const CONTROLS = "a[href], button, summary, input:not([type=hidden]), select, [tabindex='0']";

  // What the page is made of.
  const markup = {
    "one search, one main part, one first heading": () =>
      ["search", "main", "h1"].flatMap((tag) => unless(all(tag).length === 1, `${all(tag).length} × ${tag}`)),
    "first link skips to the main part": () => {
      const link = document.querySelector("a");
      return unless(link.matches(".skip-link") && document.querySelector(link.hash), brief(link));
    },
    "search box has a label": () => unless(document.querySelector("label[for=q]")?.textContent.trim(), "no label"),
    "results are an ordered list with a heading each": () => [
      ...faulty(all(".hits"), (list) => list.tagName !== "OL"),
      ...faulty(all(".hit"), (hit) => all("h3", hit).length !== 1 || all("h3 a", hit).length > 1),
    ],
    "title, heading and live region name one number": () => {
      const texts = [document.title, ...all("#results-heading, [role=status]").map(text)];
      const numbers = texts.flatMap((each) => [...each.matchAll(/([\d,]+) results?\b/g)].map(([, number]) => number));
      return unless(new Set(numbers).size <= 1, texts.join(" | "));
    },
    "one polite live region, which no swap replaces": () => {
      if (!document.querySelector("#results")) return [];
      const regions = all("body > [role=status][aria-live=polite][aria-atomic=true]");
      return unless(regions.length === 1 && !regions[0].closest("[data-region]"), `${regions.length} regions`);
    },
    "no list is live, and no text tells how long a search took": () => [
      ...faulty(all("ol, ul"), (list) => list.closest("[aria-live], [role=status]")),
      ...faulty(all("[role=status]"), (status) => /\d\s*(ms|s|seconds?)\b/.test(text(status))),
    ],
    "filters are named groups of checkboxes": () => [
      ...faulty(all("fieldset"), (group) => !group.querySelector("legend")?.textContent.trim()),
      ...faulty(ticks(), (box) => {
        const [, value, count] = /^(.+), ([\d,]+) articles?$/.exec(name(box)) ?? [];
        return value !== box.value || count !== text(box.parentElement.querySelector(".count"));
      }),
    ],
    "selected values come first, and the legend counts them": () => all("fieldset[data-key]").flatMap((group) => {
      const checked = ticks(group).map((box) => box.defaultChecked);
      const selected = checked.filter(Boolean).length;
      const counted = parseInt(group.querySelector(".selected-count")?.textContent ?? "0", 10);
      return unless(checked.lastIndexOf(true) < selected && counted === selected, `${name(group)}: ${checked}`);
    }),
    "chips tell what they remove, and clearing them keeps the query": () => [
      ...faulty(all("a.chip[data-chip]"), (chip) => name(chip) !== `Remove ${chip.dataset.chip[0].toLowerCase()}${chip.dataset.chip.slice(1)}`),
      ...faulty(all("a.clear-filters"), (link) => query(link, "q") !== query(location, "q")),
    ],
    "own links have canonical addresses": () =>
      faulty(all("a[href]:not([href^='#'])").filter(own), ({ search }) => /=(&|$)|[?&]page=1(&|$)|&&/.test(search)),
    "links to other searches are not followed": () =>
      faulty(all(":is(.filters, .sorts, .chips, .topics, .missing, .notes, .correction) a[href*='?']"), (link) => !link.relList.contains("nofollow")),
    "pages are a named list, and the current one is marked": () => [
      ...faulty(all(".pagination"), (nav) => !nav.matches("nav[aria-label=Pagination]")),
      ...faulty(all(".pagination"), (nav) => all("[aria-current=page]", nav).length > 1),
    ],
    "marks cover whole words": () =>
      faulty(all("mark"), ({ previousSibling, nextSibling }) =>
        /[\p{L}\p{N}]$/u.test(previousSibling?.textContent ?? "") || /^[\p{L}\p{N}]/u.test(nextSibling?.textContent ?? "")),
    "dates have links and inputs": () => all("fieldset[data-key=date]").flatMap((group) => [
      ...unless(all("input", group).length === 2, "no two inputs"),
      ...faulty(all(".presets li", group), (preset) => !preset.querySelector("a") || parseInt(text(preset.querySelector(".count")), 10) < 1),
    ]),
    "mistakes are described at their inputs and linked to them": () =>
      faulty(all("[aria-invalid]"), (input) =>
        !document.getElementById(input.getAttribute("aria-describedby"))?.textContent.trim() ||
        !document.querySelector(`.error-summary a[href="#${input.id}"]`)),
    "chart and table have the same links, and more than one period": () => all(".timeline-body:has(.bars)").flatMap((timeline) => {
      const [bars, rows] = [".bars a", "tbody a"].map((links) => all(links, timeline).map((link) => link.getAttribute("href")).join(" "));
      return unless(bars === rows && timeline.querySelector(".chart").dataset.starts.includes(" "), `${bars} | ${rows}`);
    }),
    "bars have names": () => faulty(all(".bars a"), (bar) => !bar.querySelector("title")?.textContent.trim()),
    "pictures reserve their space, load late and send no referrer": () =>
      faulty(all("img.picture"), (picture) =>
        !["width", "height"].every((side) => Number(picture.getAttribute(side)) > 0) || picture.alt !== "" ||
        !picture.hasAttribute("alt") || picture.loading !== "lazy" || picture.referrerPolicy !== "no-referrer"),
    "a search has its own feed, and every page describes the search": () => {
      const feed = document.querySelector("link[rel=alternate][type='application/atom+xml']");
      const narrowing = ["q", "topic", "provider", "year", "not_provider", "from"];
      const canonical = document.querySelector("link[rel=canonical]"); // its query is corrected
      const search = document.querySelector("#results .hits");
      return [
        ...unless(document.querySelector("link[rel=search]"), "no description"),
        ...(search ? narrowing.filter((each) => ![query(location, each), query(canonical.href, each)].includes(query(feed.href, each))) : []),
      ];
    },
    "filtered pages are not indexed": () =>
      unless(!document.querySelector(".chips") || /noindex/.test(document.querySelector("meta[name=robots]")?.content), "indexed"),
    "text of articles has the direction of its language": () =>
      faulty(all("h3, .excerpt, .article-excerpt, .topics a, .article-topics a, .facts dd, .checkbox-label:is(.checkboxes *), q"), (each) => each.dir !== "auto"),
    "forms are requests that can be repeated": () => faulty(all("form"), (form) => form.method !== "get"),
    "every identifier is unique": () => {
      const ids = all("[id]").map(({ id }) => id);
      return ids.filter((id, at) => ids.indexOf(id) !== at);
    },
    "no value of the program is shown": () => {
      const found = /.{0,30}\b(None|undefined|NaN|null|nan|datetime)\b.{0,30}|\{[{%]/.exec(document.body.innerText);
      return unless(!found || document.querySelector(".docs"), found?.[0]);
    },
    "page takes at most 15 KB and 20 requests of its own": () => {
      const [page] = performance.getEntriesByType("navigation");
      const requests = performance.getEntriesByType("resource").filter(ownRequest);
      return [
        ...unless(page.encodedBodySize <= 15 * 1024 || document.querySelector(".docs"), `${page.encodedBodySize} bytes`),
        ...unless(requests.length <= 20, `${requests.length} requests`),
      ];
    },
  };
  const ownRequest = ({ name: url, initiatorType }) => url.startsWith(location.origin) && initiatorType !== "fetch";

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
    .filter((target) => shown(target) && !hidden(target) && !target.closest(".bars"));
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
    if (matchMedia("(scripting: none)").matches) control.scrollIntoView({ block: "nearest", inline: "nearest" });
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
      const boxes = targets().map((target) => [target, rectangles(target)]);
      return boxes.flatMap(([one, ones], at) => boxes.slice(at + 1)
        .filter(([other, others]) => !one.contains(other) && !other.contains(one) && !other.labels?.length &&
          ones.some((a) => others.some((b) => overlap(a, b) > 1)))
        .map(([other]) => `${brief(one)} and ${brief(other)}`));
    },
    "dates and chips stay on one line": () => faulty(all("time, .chip").filter(shown), (each) => rectangles(each).length > 1),
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
    "excerpts have at most two lines on a phone": () =>
      innerWidth > 400 ? [] : faulty(all(".hit .excerpt"), (each) => each.clientHeight > 2 * parseFloat(getComputedStyle(each).lineHeight) + 1),
  };

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  // Red, green, blue and alpha of a colour over another.
  const over = (colour, below) => {
    canvas.fillStyle = `rgb(${below.slice(0, 3)})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = (element) => {
    const colour = element ? getComputedStyle(element).backgroundColor : "Canvas";
    return element ? over(colour, /rgba\(.*, 0\)|\/ 0\)/.test(colour) || !colour.startsWith("rgb(") ? behind(element.parentElement) : [0, 0, 0]) : over(colour, [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  // The contrast of a colour of an element with what is around the element.
  const standsOut = (element, property) => {
    const around = behind(element.parentElement);
    return contrast(over(getComputedStyle(element)[property], around), around) >= 3;
  };

  // What everything looks like.
  const colours = {
    "page is dark or light, as the reader wishes": () => {
      const paper = luminance(behind(document.body));
      return unless(matchMedia("(prefers-color-scheme: dark)").matches ? paper < 0.1 : paper > 0.8, `luminance ${paper}`);
    },
    "focus is visible": () => faulty(all(CONTROLS).filter((each) => shown(each) && each.tabIndex >= 0 && !each.disabled), (control) => {
      control.focus({ focusVisible: true, preventScroll: true });
      const { outlineStyle, outlineWidth } = getComputedStyle(control);
      return outlineStyle === "none" || parseFloat(outlineWidth) < 2 || !standsOut(control, "outlineColor");
    }),
    "text is readable": () => faulty(all("body *").filter((each) => ownText(each) && shown(each) && !hidden(each) && !each.closest("svg, :disabled")), (each) => {
      const { color, fontSize, fontWeight } = getComputedStyle(each);
      const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
      const paper = behind(each);
      return contrast(over(color, paper), paper) < (large ? 3 : 4.5);
    }),
    "edges of controls are visible": () =>
      faulty(all("input:not([type=checkbox], [type=radio], [type=hidden]), select").filter(shown), (control) => !standsOut(control, "borderTopColor")),
    "bars are visible": () =>
      faulty(all(".bar").filter(shown), (bar) => !standsOut(bar, bar.matches(".partial") ? "stroke" : "fill")),
    "incomplete periods differ from complete ones": () => {
      const fills = new Set(all(".bar:not(.partial)").map((bar) => getComputedStyle(bar).fill));
      return faulty(all(".bar.partial"), (bar) => fills.has(getComputedStyle(bar).fill));
    },
  };

  const run = (checks) => Object.entries(checks).flatMap(([check, faults]) => faults().map((fault) => [check, fault]));
  const kinds = { markup, density, layout, colours };
  return {
    names: (kind) => Object.keys(kinds[kind]),
    run: (kind) => {
      const faults = run(kinds[kind]);
      document.activeElement.blur(); // a check that moves the focus scrolls
      all("*").filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft).forEach((each) => each.scrollTo(0, 0));
      return faults;
    },
    // Everything that a rule of axe can depend on but colours: what the page is made of, and where.
    layout: () => all("body *").map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return [x + scrollX, y + scrollY, width, height].map((side) => side.toFixed(1)).join();
    }).join(" "),
    markup: () => document.documentElement.outerHTML,
  };
})()
