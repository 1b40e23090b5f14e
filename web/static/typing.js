// Calls a function when typing pauses; never during the composition of a character (IME).
export const PAUSE = 250; // ms

export const onTyping = (input, typed, pause = PAUSE) => {
  let timer;
  let composing = false;
  const wait = () => {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(typed, pause);
  };
  input.addEventListener("compositionstart", () => {
    composing = true;
    clearTimeout(timer);
  });
  input.addEventListener("compositionend", () => {
    composing = false;
    wait();
  });
  input.addEventListener("input", wait);
  return () => clearTimeout(timer);
};
