// The proxy of the fuzzer, as a process of its own: what it is busy with, and what it keeps, is its own doing. Its parent
// gets each error of the log, and figures when it asks for them.
import { Writable } from "node:stream";
import { buildApp } from "../../src/app.ts";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { MAX_BLOCK_MS } from "./time-watch.ts";

const RESOLUTION_MS = 5;

const settings = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
const toParent = new Writable({
  write(line: Buffer, _encoding, done) {
    process.send?.({ logged: line.toString("utf8") });
    done();
  },
});
const app = await buildApp({
  config: readConfig(settings),
  log: createLog("error", toParent),
  clock: systemClock,
  fetch,
  startSimulator: () => Promise.reject(new Error("The fuzzer has a simulator of its own.")),
});
const port = await app.listen();

// Not with `monitorEventLoopDelay`: behind each reset it passes over the first turn of the loop.
let turnedAt = performance.now();
let longestTurnMs = 0;
setInterval(() => {
  const now = performance.now();
  longestTurnMs = Math.max(longestTurnMs, now - turnedAt - RESOLUTION_MS);
  turnedAt = now;
}, RESOLUTION_MS);
let cpu = process.cpuUsage();
process.on("message", (question) => {
  // The fuzzer's own control: is a process that is busy for so long seen to be?
  if (typeof question === "number") return beBusy(question);
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  // What did not compute for so long in all was not busy for so long with one thing, however long it had to wait its turn.
  if (cpuMs <= MAX_BLOCK_MS) return answer(question, cpuMs);
  // A long turn of the loop is noted when the next one begins.
  setTimeout(() => answer(question, Math.min(cpuMs, longestTurnMs)), 2 * RESOLUTION_MS);
});

function answer(question: unknown, longestBlockMs: number): void {
  if (question === "collect") globalThis.gc?.();
  process.send?.({ figures: { longestBlockMs, heapUsed: process.memoryUsage().heapUsed } });
  longestTurnMs = 0;
  cpu = process.cpuUsage();
}

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send?.({ port });

/** By the processor's time, which is what is watched. */
function beBusy(ms: number): void {
  const from = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(from);
    if (user + system >= ms * 1000) return;
  }
}
