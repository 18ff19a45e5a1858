// Two machines under running interviews are restarted one after the other, as a deployment does. Is a turn lost, a new
// interview refused, or a call interrupted?
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { MeasuredServer } from "../processes/proxy-process.ts";
import { ReturningPage } from "./returning-page.ts";
import { compareWithSaid, startSharedMachines } from "./shared-machines.ts";
import { percentiles } from "../report/summary.ts";
import { inBatches } from "../supervision/supervised-load.ts";
import type { SimulatorReport } from "../supervision/supervision-simulator.ts";

const SESSIONS = Number(process.env.SESSIONS ?? 200);

/** Between the steps of the deployment, in milliseconds. */
const SETTLE_MS = 5000;

/** A new interview is begun this often meanwhile, in milliseconds. */
const NEW_EVERY_MS = 250;

const shared = await startSharedMachines();
let machines: readonly MeasuredServer[] = [await shared.start(), await shared.start()];
/** Not ready from the moment it is told to stop, so that nobody is sent there. */
let stopping: MeasuredServer | undefined;
const ports = (): readonly number[] => machines.filter((machine) => machine !== stopping).map(({ port }) => port);
const pages: ReturningPage[] = [];
const newcomers = { begun: 0, refused: 0 };
try {
  await inBatches(SESSIONS, async (index) => {
    const page = await ReturningPage.open(ports, shared.token, index);
    pages[index] = page;
    await page.call();
  });
  await pause(SETTLE_MS);

  const deployed = new AbortController();
  const arriving = arrive(deployed.signal);
  for (const old of machines) await replace(old);
  deployed.abort();
  await arriving;

  const [machine] = machines;
  const report = await shared.simulator.ask<SimulatorReport>("report");
  await pause(SETTLE_MS);
  const moves = pages.flatMap(({ lostAt, backAt }) => backAt.map((at, move) => at - (lostAt[move] ?? at)));
  if (machine === undefined) throw new Error("No machine is left.");
  console.log(
    JSON.stringify({
      sessions: SESSIONS,
      moves: moves.length,
      withoutSocket: percentiles(moves),
      callsEnded: report.ended,
      newInterviews: newcomers.begun,
      newInterviewsRefused: newcomers.refused,
      pagesRefused: pages.filter(({ refusedWith }) => refusedWith !== undefined).length,
      ...(await compareWithSaid(shared, machine, pages, report)),
    }),
  );
} finally {
  for (const page of pages) page.close();
  await shared.stop();
}

/** Stops a machine in order, and starts another in its place. */
async function replace(old: MeasuredServer): Promise<void> {
  const gone = once(old.process, "exit");
  stopping = old;
  old.process.kill("SIGTERM");
  await gone;
  const next = await shared.start();
  machines = machines.map((machine) => (machine === old ? next : machine));
  await pause(SETTLE_MS);
}

/** Begins interviews as a load balancer lets them in: at a machine that is ready, or else at another one. */
async function arrive(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    newcomers.begun += 1;
    const page = await openAnywhere(SESSIONS + newcomers.begun);
    if (page === undefined) newcomers.refused += 1;
    page?.close();
    await pause(NEW_EVERY_MS);
  }
}

async function openAnywhere(index: number): Promise<ReturningPage | undefined> {
  for (const port of ports()) {
    const page = await ReturningPage.open(() => [port], shared.token, index).catch(() => undefined);
    if (page !== undefined) return page;
  }
  return undefined;
}
