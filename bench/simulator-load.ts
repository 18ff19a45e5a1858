// A hundred calls at once against the simulator, and in the same run against bare peers of the same WebRTC stack: how late
// do packets arrive? The server runs in a process of its own on one core; the callers are in this one.
import { fork } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { LoadCaller } from "./load-caller.ts";
import { keepOnCore, MEASURED_CORE } from "./one-core.ts";
import { percentiles, rounded } from "./summary.ts";

const CALLS = Number(process.env.CALLS ?? 100);
const SECONDS = Number(process.env.SECONDS ?? 15);

/** More at once would measure the set-up of calls, not the calls. */
const CALLS_SET_UP_AT_ONCE = 4;

/** The last calls' set-up, and the generation of what they say, are over after this. */
const SETTLE_MS = 3000;

const SERVER = fileURLToPath(new URL("load-server.ts", import.meta.url));
const PACKET_MS = 20;

const [loadBefore = 0] = loadavg();
const control = await measure("bare-peers");
const simulator = await measure("simulator");
console.log(JSON.stringify({ calls: CALLS, seconds: SECONDS, loadBefore: rounded(loadBefore), ...simulator, control }));

async function measure(kind: "simulator" | "bare-peers") {
  const server = fork(SERVER, [kind]);
  const [url] = (await once(server, "message")) as [string];
  keepOnCore(MEASURED_CORE, server.pid);
  const callers: LoadCaller[] = [];
  const stopSending = sendToAll(callers);
  try {
    for (let made = 0; made < CALLS; made += CALLS_SET_UP_AT_ONCE) {
      const batch = Array.from({ length: Math.min(CALLS_SET_UP_AT_ONCE, CALLS - made) }, () => LoadCaller.call(url));
      callers.push(...(await Promise.all(batch)));
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    server.send("start");
    for (const caller of callers) caller.startMeasuring();
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const streams = callers.map((caller) => caller.stopMeasuring());
    server.send("stop");
    const [used] = (await once(server, "message")) as [{ cpuMs: number; packetsReceived: number }];
    const lateness = streams.flatMap(({ latenessMs }) => latenessMs);
    return {
      ...percentiles(lateness),
      packets: lateness.length,
      lostPackets: streams.reduce((sum, { lost }) => sum + lost, 0),
      packetsFromCallers: used.packetsReceived,
      serverCpuPercent: Math.round(used.cpuMs / (SECONDS * 10)),
    };
  } finally {
    stopSending();
    for (const caller of callers) caller.close();
    server.kill();
    await once(server, "exit");
  }
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
