// Reloads the page as soon as the index can be searched.
const ready = new URL("../../readyz", import.meta.url);

const check = async () => {
  const response = await fetch(ready, { cache: "no-store" }).catch(() => null);
  if (response?.ok) location.reload();
};

setInterval(check, 2000);
