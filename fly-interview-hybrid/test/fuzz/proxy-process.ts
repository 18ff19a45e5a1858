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

// Not with `monitorEventLoopDelay`: behind each reset it passes over the first turn of the loop, and on a busy machine a
// process waits its turn. What did not compute for so long was not busy for so long.
let turnedAt = performance.now();
let cpuAtTurn = process.cpuUsage();
let longestTurnMs = 0;
setInterval(() => {
  const wallMs = performance.now() - turnedAt;
  const { user, system } = process.cpuUsage(cpuAtTurn);
  longestTurnMs = Math.max(longestTurnMs, Math.min(wallMs, (user + system) / 1000));
  turnedAt = performance.now();
  cpuAtTurn = process.cpuUsage();
}, RESOLUTION_MS);
let cpuAtAnswer = process.cpuUsage();
process.on("message", (question) => {
  // The fuzzer's own control: is a process that is busy for so long seen to be?
  if (typeof question === "number") return beBusy(question);
  const { user, system } = process.cpuUsage(cpuAtAnswer);
  const cpuMs = (user + system) / 1000;
  // Nothing of it can have taken longer than all of it.
  if (cpuMs <= MAX_BLOCK_MS) return answer(question, cpuMs);
  // A long turn of the loop is noted when the next one begins.
  setTimeout(() => answer(question, longestTurnMs), 2 * RESOLUTION_MS);
});

function answer(question: unknown, longestBlockMs: number): void {
  if (question === "collect") globalThis.gc?.();
  process.send?.({ figures: { longestBlockMs, heapUsed: process.memoryUsage().heapUsed } });
  longestTurnMs = 0;
  cpuAtAnswer = process.cpuUsage();
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
