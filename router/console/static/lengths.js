// Says how long a reply is as a text message while it is typed. Without this, the page says it when asked.
"use strict";
(() => {
  const told = document.getElementById("length");
  const field = document.getElementById("text");
  if (!told || !field) return;
  const { before, after, longest } = told.dataset;
  const basic = new Set(told.dataset.basic + "\n\r");
  const extended = new Set(told.dataset.extended);
  const plain = JSON.parse(told.dataset.plain);
  const says = document.getElementById("length-says");
  const because = document.getElementById("length-because");

  function count(text) {
    const characters = Array.from(text);
    const odd = characters.find((each) => !basic.has(each) && !extended.has(each));
    const single = odd ? 70 : 160, several = odd ? 67 : 153;
    const sizes = characters.map((each) => odd ? each.length : extended.has(each) ? 2 : 1);
    const units = sizes.reduce((sum, size) => sum + size, 0);
    if (units <= single) return { odd, segments: 1, left: single - units, length: characters.length };
    let segments = 1, used = 0;
    for (const size of sizes) {
      if (used + size > several) { segments += 1; used = 0; }
      used += size;
    }
    return { odd, segments, left: several - used, length: characters.length };
  }

  function economical(text) {
    const made = count(Array.from(text, (each) => plain[each] ?? each).join(""));
    const as_it_is = count(text);
    return made.segments < as_it_is.segments ? made : as_it_is;
  }

  function say() {
    const { odd, segments, left, length } = economical(before + field.value.trim() + after);
    const parts = segments === 1 ? "1 text" : `${segments} texts in one`;
    const over = length - Number(longest);
    says.textContent = over > 0
      ? `This is ${over} characters too long for a text message: shorten it.`
      : `With team and reference this is ${length.toLocaleString("en-GB")} characters, sent as ${parts}; ${left} more fit.`;
    because.textContent = odd ? `“${odd}” makes each text hold 67 to 70 characters instead of 153 to 160.` : "";
  }

  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(say, 300); // a screen reader is told once somebody pauses, not at every key
  });
})();
