// Runs in the page before its own scripts: keeps for how long each key and click waited until the page's thread took it up, in ms.
// Chromium does not tell of those that were painted within 16 ms.
window.inputDelays = [];
new PerformanceObserver((list) => {
  for (const { processingStart, startTime } of list.getEntries()) window.inputDelays.push(processingStart - startTime);
}).observe({ type: "event", durationThreshold: 16 });

/** The longest since it was asked for the last time. */
window.takeLongestDelay = () => Math.max(0, ...window.inputDelays.splice(0));
