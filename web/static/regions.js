// Swaps the regions of the page for those of another page of this service.
import { renew } from "./morph.js";

const HEAD = "link[rel=canonical], link[rel=alternate], meta[name=robots]";

// Other modules hear of it by events of the document: `beforeswap`, whose detail is the new page, and `swap`.
export const swap = (page) => {
  const focused = document.activeElement;
  document.dispatchEvent(new CustomEvent("beforeswap", { detail: page }));
  for (const region of page.querySelectorAll("[data-region]")) renew(document.getElementById(region.id), region);
  for (const element of document.head.querySelectorAll(HEAD)) element.remove();
  document.head.append(...page.head.querySelectorAll(HEAD));
  document.title = page.title;
  if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  document.dispatchEvent(new Event("swap"));
};

// Whether the page has the same regions and was made by the same version of this service.
export const swappable = (page) => {
  const regions = [...page.querySelectorAll("[data-region]")];
  const style = (root) => root.querySelector("link[rel=stylesheet]")?.getAttribute("href");
  return (
    regions.length > 0 && regions.every(({ id }) => document.getElementById(id)) && style(page) === style(document)
  );
};
