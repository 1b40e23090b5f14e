// Loads an explanation when it is opened.  Without this module, its link leads to a page that shows it.
const pages = new URL("../../explanations/", import.meta.url).pathname;
const fragments = new URL("../../explanation-fragments/", import.meta.url).pathname;
const loaded = new WeakMap(); // the address of the explanation that a disclosure has

const linkTo = (details) => {
  const link = document.createElement("a");
  link.href = details.dataset.href;
  link.textContent = details.querySelector("summary").textContent;
  return link;
};

const load = async (details) => {
  const { href } = details.dataset;
  if (!details.open || loaded.get(details) === href) return;
  loaded.set(details, href);
  const content = document.createElement("div");
  content.dataset.client = "";
  const url = new URL(href, location.href);
  url.pathname = fragments + url.pathname.slice(pages.length);
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.statusText);
    content.innerHTML = await response.text();
  } catch {
    loaded.delete(details);
    content.append(linkTo(details));
  }
  if (details.dataset.href !== href) return; // a newer search
  details.querySelector("[data-client]")?.remove();
  details.append(content);
};

const makeDisclosures = (root) => {
  for (const paragraph of root.querySelectorAll("p.explanation")) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const link = paragraph.firstElementChild;
    details.className = paragraph.className;
    details.dataset.href = link.getAttribute("href");
    summary.textContent = link.textContent;
    details.append(summary);
    paragraph.replaceWith(details);
  }
};

makeDisclosures(document);
document.addEventListener("beforeswap", ({ detail: page }) => makeDisclosures(page));
document.addEventListener("toggle", ({ target }) => target.matches("details.explanation") && load(target), true);
document.addEventListener("swap", () => document.querySelectorAll("details.explanation[open]").forEach(load));
