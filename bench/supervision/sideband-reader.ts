// The control of supervision-load: makes calls at a simulator itself, reads their sidebands with the same WebSocket library,
// parses each event as JSON, notes when those came that make a turn final, and does nothing else. Arguments: address of the voice service, number of
// calls, and the file with the interview that it plays.
import { readFile } from "node:fs/promises";
import { monotonicMs } from "../processes/one-core.ts";
import type { RecordedInterview } from "./recorded-interview.ts";
import { beginInterview, dialSideband } from "./sideband-session.ts";

/** What the reader has used since its start, and when it heard of the turns of each call. */
export interface ReaderReport {
  readonly cpuMs: number;
  /** In milliseconds of the monotonic clock, by the index of the call's offer. */
  readonly heardAt: readonly (readonly number[])[];
}

const [baseUrl = "", calls, recording = ""] = process.argv.slice(2);
const { turns } = JSON.parse(await readFile(recording, "utf8")) as RecordedInterview;
const finalWith = turns.map((turn) => turn.finalWith);
const heardAt: number[][] = [];
for (let index = 0; index < Number(calls); index += 1) heardAt.push(await readCall(index));
process.on("disconnect", () => process.exit());
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, heardAt } satisfies ReaderReport);
});
process.send?.("ready");

async function readCall(index: number): Promise<number[]> {
  const sideband = await dialSideband(baseUrl, index);
  const heard: number[] = [];
  let place = 0;
  sideband.on("message", (data) => {
    // The socket delivers one Buffer a message, never fragments.
    const { type } = JSON.parse((data as Buffer).toString("utf8")) as { type: string };
    if (type === "session.updated") return;
    while (finalWith[heard.length] === place) heard.push(monotonicMs());
    place += 1;
  });
  await beginInterview(sideband);
  return heard;
}
