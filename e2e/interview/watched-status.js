// Runs in the page before its own scripts: keeps what a screen reader was told of the interview, however short it stood.
const told = [];
new MutationObserver(() => {
  const words = document.querySelector('[role="status"]')?.textContent ?? "";
  if (words !== "" && words !== told.at(-1)) told.push(words);
}).observe(document, { subtree: true, childList: true, characterData: true });

/** How often the page said words that begin so. */
window.timesSaid = (beginning) => told.filter((words) => words.startsWith(beginning)).length;

/** All that it said, in order. */
window.saidSoFar = () => told;
