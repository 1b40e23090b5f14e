// A picture that cannot be loaded takes its place away with it: a gap says nothing to the reader.
const pictures = document.querySelectorAll("img.picture");

const drop = (picture) => {
  picture.closest(".has-picture")?.classList.remove("has-picture");
  picture.remove();
};

for (const picture of pictures) {
  if (picture.complete && picture.naturalWidth === 0 && picture.currentSrc) drop(picture);
  else picture.addEventListener("error", () => drop(picture), { once: true });
}
