// Preloaded into a server by `--import`: answers its parent's messages with what the process has used. Plain JavaScript,
// because a built server runs without a loader.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/** The young generation of a process that waits, at most, in bytes: V8 has made it as small as it does. */
const YOUNG_AT_REST = 4 * 1024 * 1024;
/** Looks until then, a second apart: V8 makes it small only when little was allocated for some seconds. */
const MOST_LOOKS = 30;

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on("message", (message) => {
  if (message === "settle") void settle().then(() => tell("collect"));
  else if (typeof message === "string") tell(message);
});
// A server whose benchmark has died ends too.
process.on("disconnect", () => process.kill(process.pid));
// None of this may keep the server from ending.
process.channel.unref();

function tell(message) {
  const longestBlockMs = delay.max / 1e6;
  delay.reset();
  if (message === "collect") globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  // With "collect" alone: to count them makes a name for each.
  const resources = message === "collect" ? countByName(process.getActiveResourcesInfo()) : {};
  const { total_physical_size: heapResident, used_heap_size: heapInUse } = getHeapStatistics();
  const heapRoom = heapResident - heapInUse;
  process.send({ cpuMs: (user + system) / 1000, rss, heapRoom, heapUsed, external, longestBlockMs, resources });
}

/** What Node does by itself with a process that waits, only sooner. */
async function settle() {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    globalThis.gc();
    if (young() <= YOUNG_AT_REST) return;
    await pause(1000);
  }
}

function young() {
  return getHeapSpaceStatistics().find((space) => space.space_name === "new_space").physical_space_size;
}

function countByName(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
