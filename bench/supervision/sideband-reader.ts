// The control of supervision-load: makes calls at a simulator itself, reads their sidebands with the same WebSocket library,
// parses each event as JSON, notes when those came that make a turn final, and does nothing else. Arguments: address of the voice service, number of
// calls, and the file with the interview that it plays. Told "cpu" it answers with its processor time, and "heard" with when it heard of turns.
import { readFile } from "node:fs/promises";
import { monotonicMs } from "../processes/one-core.ts";
import type { RecordedInterview } from "./recorded-interview.ts";
import { beginInterview, dialSideband } from "./sideband-session.ts";

const [baseUrl = "", calls, recording = ""] = process.argv.slice(2);
const { turns } = JSON.parse(await readFile(recording, "utf8")) as RecordedInterview;
const finalWith = turns.map((turn) => turn.finalWith);
const heardAt: number[][] = [];
for (let index = 0; index < Number(calls); index += 1) heardAt.push(await readCall(index));
process.on("disconnect", () => process.exit());
process.on("message", (message: "cpu" | "heard") => {
  const { user, system } = process.cpuUsage();
  // Of each call when its turns were heard of, in milliseconds of the monotonic clock.
  process.send?.(message === "cpu" ? (user + system) / 1000 : heardAt);
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
