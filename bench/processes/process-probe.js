// Preloaded into a server by `--import`: answers its parent's messages with what the process has used. Plain JavaScript,
// because a built server runs without a loader.
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on("message", (message) => {
  if (typeof message !== "string") return;
  const longestBlockMs = delay.max / 1e6;
  delay.reset();
  if (message === "collect") globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  // With "collect" alone: to count them makes a name for each.
  const resources = message === "collect" ? countByName(process.getActiveResourcesInfo()) : {};
  process.send({ cpuMs: (user + system) / 1000, rss, heapUsed, external, longestBlockMs, resources });
});
// A server whose benchmark has died ends too.
process.on("disconnect", () => process.kill(process.pid));
// None of this may keep the server from ending.
process.channel.unref();

function countByName(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
