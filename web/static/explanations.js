// Loads an explanation when it is opened.  Without this module, its link leads to a page that shows it.
const pages = new URL("../explanations/", import.meta.url).pathname;
const fragments = new URL("../explanation-fragments/", import.meta.url).pathname;

const load = async (details, link) => {
  const url = new URL(link.href);
  url.pathname = fragments + url.pathname.slice(pages.length);
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.statusText);
    details.insertAdjacentHTML("beforeend", await response.text());
  } catch {
    details.append(link);
  }
};

for (const paragraph of document.querySelectorAll("p.explanation")) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const link = paragraph.firstElementChild;
  details.className = paragraph.className;
  summary.textContent = link.textContent;
  details.append(summary);
  details.addEventListener("toggle", () => load(details, link), { once: true });
  paragraph.replaceWith(details);
}
