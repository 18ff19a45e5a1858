// What a supervised call that is idle costs the proxy in memory: as many sessions, connected to their pages, without calls
// and then with them.
import { setTimeout as pause } from "node:timers/promises";
import { rounded } from "../report/summary.ts";
import { inBatches, startSupervisedLoad } from "./supervised-load.ts";
import type { ProcessFigures } from "../processes/proxy-process.ts";

const CALLS = Number(process.env.CALLS ?? 500);

/** Their code is loaded and compiled then, and what is made once is made. */
const WARM_UP_CALLS = 100;

/** The greeting is spoken and its turn written by then. */
const IDLE_AFTER_MS = 3000;

const KIB = 1024;

// Without questions the interviewer says goodbye at once, and nobody says anything more.
const load = await startSupervisedLoad({ exchanges: 0 });
try {
  for (const caller of await load.open(WARM_UP_CALLS)) await caller.call();
  const callers = await load.open(CALLS);
  await pause(IDLE_AFTER_MS);
  const sessions = await load.proxy.figures("collect");
  await inBatches(CALLS, async (index) => callers[index]?.call());
  await pause(IDLE_AFTER_MS);
  const supervised = await load.proxy.figures("collect");
  const each = (bytes: (figures: ProcessFigures) => number) =>
    rounded((bytes(supervised) - bytes(sessions)) / CALLS / KIB);
  console.log(
    JSON.stringify({
      calls: CALLS,
      heapPerCallKiB: each(({ heapUsed }) => heapUsed),
      externalPerCallKiB: each(({ external }) => external),
      heapAndExternalPerCallKiB: each(({ heapUsed, external }) => heapUsed + external),
      rssPerCallKiB: each(({ rss }) => rss),
    }),
  );
} finally {
  await load.stop();
}
