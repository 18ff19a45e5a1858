// Makes connects in a process of its own, some at once, each begun when one before it is answered, and times them. Told a
// measurement as JSON it answers with what it found, and told "end" it ends what those connects have begun.
import { setTimeout as pause } from "node:timers/promises";
import { freshToken } from "../processes/load-token.ts";
import type { Connect } from "./connect.ts";
import { createVia } from "./create-via.ts";
import { exchangeVia } from "./exchange-via.ts";
import { socketVia } from "./socket-via.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";

/** One measurement. */
export interface ConnectLoad {
  /** `create`: what the voice service takes, sent to it or to a control; the others are the proxy's doors. */
  readonly door: "create" | "exchange" | "socket";
  readonly port: number;
  /** How many connects at once. */
  readonly concurrency: number;
  /** For so long, or until so many are timed. */
  readonly seconds: number;
  readonly most: number;
  /** Over so long the first ones are spread, in milliseconds: begun together they would stay together, and wait for each other. */
  readonly spreadMs: number;
}

/** What became of the connects. */
export interface ConnectTimes {
  /** From the offer to the answer; at the socket from the offer on the open, initialised socket. In milliseconds. */
  readonly timesMs: readonly number[];
  /** At the socket: from the opening of the socket. */
  readonly fromOpeningMs: readonly number[];
  readonly failed: number;
  /** Why the first one failed. */
  readonly failure: string | undefined;
  /** All of it, in milliseconds. */
  readonly tookMs: number;
  /** How late timers of this process were, 99th percentile, in milliseconds. */
  readonly latenessP99Ms: number;
}

const lateness = new TimerLateness();
let connect: Connect | undefined;
process.on("disconnect", () => process.exit());
process.on("message", (message: string) => void obey(message).then((found) => process.send?.(found)));
process.send?.("ready");

async function obey(message: string): Promise<ConnectTimes | "ended"> {
  if (message !== "end") return measure(JSON.parse(message) as ConnectLoad);
  await connect?.close();
  connect = undefined;
  return "ended";
}

async function measure(load: ConnectLoad): Promise<ConnectTimes> {
  const current = (connect ??= doorOf(load));
  const [timesMs, fromOpeningMs]: [number[], number[]] = [[], []];
  let [failed, begun] = [0, 0];
  let failure: string | undefined;
  // Signing is no part of a connect.
  const tokens = Array.from({ length: load.most + load.concurrency }, freshToken);
  // What opens connections is not timed.
  await Promise.all(Array.from({ length: load.concurrency }, () => current.once(tokens.pop() ?? "")));
  lateness.p99MsSinceLast();
  const startedAt = performance.now();
  const until = startedAt + load.seconds * 1000;
  const caller = async (index: number): Promise<void> => {
    await pause((index * load.spreadMs) / load.concurrency);
    while (begun < load.most && performance.now() < until) {
      begun += 1;
      try {
        const { tookMs, fromOpeningMs: whole } = await current.once(tokens.pop() ?? "");
        timesMs.push(tookMs);
        if (whole !== undefined) fromOpeningMs.push(whole);
      } catch (error) {
        failed += 1;
        failure ??= String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, (_, index) => caller(index)));
  const tookMs = performance.now() - startedAt;
  const latenessP99Ms = lateness.p99MsSinceLast();
  return { timesMs, fromOpeningMs, failed, failure, tookMs, latenessP99Ms };
}

function doorOf({ door, port, concurrency }: ConnectLoad): Connect {
  if (door === "create") return createVia(port, concurrency);
  return door === "exchange" ? exchangeVia(port, concurrency) : socketVia(port);
}
