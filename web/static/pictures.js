// Removes pictures that fail to load, and the space reserved for them.
const failed = new Set();

const remove = (picture) => {
  failed.add(picture.src);
  picture.closest(".has-picture")?.classList.remove("has-picture");
  picture.remove();
};

document.addEventListener("error", ({ target }) => target.matches?.("img.picture") && remove(target), true);

for (const picture of document.querySelectorAll("img.picture")) {
  if (picture.complete && picture.naturalWidth === 0 && picture.currentSrc) remove(picture);
}
document.addEventListener("beforeswap", ({ detail: page }) =>
  [...page.querySelectorAll("img.picture")].filter(({ src }) => failed.has(src)).forEach(remove),
);
