// The link that a click follows in this tab, if it matches the selector.
export const followed = (event, selector) => {
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  return elsewhere || event.defaultPrevented ? null : event.target.closest(selector);
};
