// Removes pictures that fail to load, and the space reserved for them.
const pictures = document.querySelectorAll("img.picture");

const remove = (picture) => {
  picture.closest(".has-picture")?.classList.remove("has-picture");
  picture.remove();
};

for (const picture of pictures) {
  if (picture.complete && picture.naturalWidth === 0 && picture.currentSrc) remove(picture);
  else picture.addEventListener("error", () => remove(picture), { once: true });
}
