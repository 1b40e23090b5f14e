// Says the number of results in the live region, once typing has stopped.
const PAUSE = 1000; // ms

const status = document.querySelector("[role=status]");
let timer;

document.addEventListener("input", () => clearTimeout(timer)); // the results of more letters come

export const announce = (text) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    status.textContent = text;
  }, PAUSE);
};
