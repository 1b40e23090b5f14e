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
