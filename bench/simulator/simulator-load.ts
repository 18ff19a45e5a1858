// How many calls with audio both ways does the simulator hold on one core, so that packets are not late? Calls are added step by step;
// in turn with it, the same between bare peers of the same WebRTC stack. The server is a process on one core, the callers are this one, on the other.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LoadCaller } from "./load-caller.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { hundredths, medianOf, percentileOf, rounded } from "../report/summary.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";

const STEPS = (process.env.STEPS ?? "150,250,300").split(",").map(Number);
const SECONDS = Number(process.env.SECONDS ?? 3);
const ROUNDS = Number(process.env.ROUNDS ?? 2);

/** Later than this at the 99th percentile is too late, in milliseconds; and more than this share may not be lost. */
const LATE_MS = 20;
const MOST_LOST_PERCENT = 1;

/** More at once would measure the set-up of calls, not the calls. */
const CALLS_SET_UP_AT_ONCE = 4;

/** The last calls' set-up, and the generation of what they say, are over after this. */
const SETTLE_MS = 1500;

const SERVER = fileURLToPath(new URL("load-server.ts", import.meta.url));
const PACKET_MS = 20;

type Kind = "simulator" | "bare-peers";

/** What was found with so many calls. */
interface Step {
  readonly through: Kind;
  readonly round: number;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lostPercent: number;
  readonly serverCpuPercent: number;
  readonly callersCpuPercent: number;
  readonly callersLateP99Ms: number;
}

keepOnCore(LOADING_CORE, process.pid);
const steps: Step[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  // Whoever is first finds a cooler machine.
  const kinds: readonly Kind[] = round % 2 === 0 ? ["simulator", "bare-peers"] : ["bare-peers", "simulator"];
  for (const kind of kinds) await climb(kind, round);
}
console.log(JSON.stringify(figuresOf(steps)));

/** Adds calls until packets are late. */
async function climb(kind: Kind, round: number): Promise<void> {
  const server = fork(SERVER, [kind]);
  const [url] = (await once(server, "message")) as [string];
  keepOnCore(MEASURED_CORE, server.pid);
  const callers: LoadCaller[] = [];
  const stopSending = sendToAll(callers);
  // Late once and not again is the machine, not the calls.
  const isHeldNow = async (): Promise<boolean> => {
    const step = { through: kind, round, calls: callers.length, ...(await measure(server, callers)) };
    steps.push(step);
    console.error(JSON.stringify(step));
    return isHeld(step);
  };
  try {
    for (const calls of STEPS) {
      while (callers.length < calls) {
        const size = Math.min(CALLS_SET_UP_AT_ONCE, calls - callers.length);
        callers.push(...(await Promise.all(Array.from({ length: size }, () => LoadCaller.call(url)))));
      }
      await pause(SETTLE_MS);
      const isHeldInTwo = (await isHeldNow()) || (await isHeldNow());
      if (!isHeldInTwo) break;
    }
  } finally {
    stopSending();
    for (const caller of callers) caller.close();
    server.kill();
    await once(server, "exit");
  }
}

async function measure(
  server: ReturnType<typeof fork>,
  callers: readonly LoadCaller[],
): Promise<Omit<Step, "through" | "round" | "calls">> {
  const late = new TimerLateness();
  const before = process.cpuUsage();
  server.send("start");
  for (const caller of callers) caller.startMeasuring();
  await pause(SECONDS * 1000);
  const streams = callers.map((caller) => caller.stopMeasuring());
  const own = process.cpuUsage(before);
  const callersLateP99Ms = late.p99MsSinceLast();
  late.stop();
  server.send("stop");
  const [used] = (await once(server, "message")) as [{ cpuMs: number }];
  const lateness = streams.flatMap(({ latenessMs }) => latenessMs);
  const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
  return {
    p50Ms: rounded(percentileOf(lateness, 0.5)),
    p99Ms: rounded(percentileOf(lateness, 0.99)),
    lostPercent: rounded((100 * lost) / (lateness.length + lost)),
    serverCpuPercent: rounded(used.cpuMs / (SECONDS * 10)),
    callersCpuPercent: rounded((own.user + own.system) / (SECONDS * 10_000)),
    callersLateP99Ms,
  };
}

function isHeld({ p99Ms, lostPercent }: Step): boolean {
  return p99Ms <= LATE_MS && lostPercent <= MOST_LOST_PERCENT;
}

function figuresOf(found: readonly Step[]) {
  const of = (kind: Kind) => found.filter(({ through }) => through === kind);
  const costOf = ({ serverCpuPercent, calls }: Step) => (serverCpuPercent * 10) / calls;
  const summary = (kind: Kind) => {
    const held = Array.from({ length: ROUNDS }, (_, round) =>
      Math.max(0, ...of(kind).flatMap((step) => (step.round === round && isHeld(step) ? [step.calls] : []))),
    );
    return {
      callsWithin20Ms: medianOf(held),
      ofRounds: held.join(", "),
      cpuMsPerCallSecond: hundredths(medianOf(of(kind).map(costOf))),
    };
  };
  const [simulator, barePeers] = [summary("simulator"), summary("bare-peers")];
  return {
    rounds: ROUNDS,
    seconds: SECONDS,
    highestStep: Math.max(...STEPS),
    cpuOverBarePeers: hundredths(simulator.cpuMsPerCallSecond / barePeers.cpuMsPerCallSecond),
    simulator,
    barePeers,
    steps: found.map((step) => ({ ...step, round: step.round + 1 })),
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
