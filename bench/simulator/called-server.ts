import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { keepOnCore, MEASURED_CORE } from "../processes/one-core.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";
import { percentileOf, rounded } from "../report/summary.ts";
import { LoadCaller } from "./load-caller.ts";

/** What is called. */
export type Kind = "simulator" | "bare-peers";

/** What was found in some seconds. */
export interface Round {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lostPercent: number;
  readonly serverCpuPercent: number;
  /** Of this process, with all its callers. */
  readonly callersCpuPercent: number;
  readonly callersLateP99Ms: number;
}

/** A server in a process of its own on the measured core, and callers at it in this process. */
export interface CalledServer {
  readonly kind: Kind;
  /** Calls until there are so many calls. */
  callUntil(calls: number): Promise<void>;
  measure(seconds: number): Promise<Round>;
  stop(): Promise<void>;
}

/** More at once would measure the set-up of calls, not the calls. */
const CALLS_SET_UP_AT_ONCE = 4;
const SERVER = fileURLToPath(new URL("load-server.ts", import.meta.url));
const PACKET_MS = 20;

/** Starts a server that nobody calls yet. */
export async function startCalledServer(kind: Kind): Promise<CalledServer> {
  const server = fork(SERVER, [kind]);
  const [url] = (await once(server, "message")) as [string];
  keepOnCore(MEASURED_CORE, server.pid);
  const callers: LoadCaller[] = [];
  const stopSending = sendToAll(callers);
  return {
    kind,
    async callUntil(calls) {
      while (callers.length < calls) {
        const size = Math.min(CALLS_SET_UP_AT_ONCE, calls - callers.length);
        callers.push(...(await Promise.all(Array.from({ length: size }, () => LoadCaller.call(url)))));
      }
    },
    async measure(seconds) {
      const late = new TimerLateness();
      const before = process.cpuUsage();
      server.send("start");
      for (const caller of callers) caller.startMeasuring();
      await pause(seconds * 1000);
      const streams = callers.map((caller) => caller.stopMeasuring());
      const own = process.cpuUsage(before);
      const callersLateP99Ms = late.p99MsSinceLast();
      late.stop();
      server.send("stop");
      const [used] = (await once(server, "message")) as [{ cpuMs: number; tookMs: number }];
      const lateness = streams.flatMap(({ latenessMs }) => latenessMs);
      const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
      return {
        p50Ms: rounded(percentileOf(lateness, 0.5)),
        p99Ms: rounded(percentileOf(lateness, 0.99)),
        lostPercent: rounded((100 * lost) / (lateness.length + lost)),
        serverCpuPercent: rounded((100 * used.cpuMs) / used.tookMs),
        callersCpuPercent: rounded((own.user + own.system) / (seconds * 10_000)),
        callersLateP99Ms,
      };
    },
    async stop() {
      stopSending();
      for (const caller of callers) caller.close();
      server.kill();
      await once(server, "exit");
    },
  };
}

/** Every caller sends 50 packets a second, on one schedule that a late timer does not shift. */
function sendToAll(callers: readonly LoadCaller[]): () => void {
  let next = performance.now();
  let timer = setTimeout(send, 0);
  function send() {
    while (next <= performance.now()) {
      for (const caller of callers) caller.send();
      next += PACKET_MS;
    }
    timer = setTimeout(send, next - performance.now());
  }
  return () => clearTimeout(timer);
}
