// What tests call.
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
