// Runs in the page before its own scripts: keeps how long the page's thread was busy without a break, in ms, each time that it was
// so for more than 50 ms.
window.longTasks = [];
if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
}
