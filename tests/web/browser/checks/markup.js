const ownRequest = ({ name: url, initiatorType }) => url.startsWith(location.origin) && initiatorType !== "fetch";

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
    faulty(all(":is(.filters, .sorts, .chips, .topics, .missing, .sentences) a[href*='?']"), (link) =>
      link.pathname === location.pathname && !link.relList.contains("nofollow")),
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
    const corrected = document.querySelector("a[href*='typo=0']"); // then the feed is that of the query that was searched
    const narrowing = ["topic", "provider", "year", "not_provider", "from", ...(corrected ? [] : ["q"])];
    const search = document.querySelector("#results .hits");
    return [
      ...unless(document.querySelector("link[rel=search]"), "no description"),
      ...(search ? narrowing.filter((each) => query(feed.href, each) !== query(location, each)) : []),
    ];
  },
  "filtered pages are not indexed": () =>
    unless(!document.querySelector(".chips") || /noindex/.test(document.querySelector("meta[name=robots]")?.content), "indexed"),
  "text of articles has the direction of its language": () =>
    faulty(all("h3:not(.docs *), .excerpt, .article-excerpt, .topics a:not([href*='/articles/']), .article-topics a, .facts dd, .checkbox-label:is(.checkboxes *), q"), (each) => each.dir !== "auto"),
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
