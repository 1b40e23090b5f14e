// Calls a function when typing pauses; never during the composition of a character (IME).
const PAUSE = 250; // ms
const PAUSE_AFTER_FIRST_LETTER = 1000; // ms

// A reader who has just begun another word will go on with it: few articles have that letter as a word.
export const pauseOfQuery = (q) => (/\s\S$/.test(q) ? PAUSE_AFTER_FIRST_LETTER : PAUSE);

// `pause`: how long a pause is for a text, in ms.
export const onTyping = (input, typed, pause = () => PAUSE) => {
  let timer;
  let composing = false;
  const wait = () => {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(typed, pause(input.value));
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
