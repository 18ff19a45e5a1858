import { EventEmitter, once } from "node:events";
import { type Alerting, FASTER, type Notice, startAlerting } from "./alerting.ts";
import { connectMany, OUTAGES, type OutageName, type Scene } from "./outages.ts";

/** Longest wait for an alert, in milliseconds; the slowest rule takes some ten seconds. */
const PATIENCE_MS = 120_000;

/** How long everything is watched in good health, before and after, and how long an outage goes on behind its alert: minutes of the rules. */
const CALM_MINUTES = 3;

export interface Raised {
  /** Every alert of which somebody was told. */
  readonly alerts: readonly string[];
  /** From the outage until somebody was told, and from its end until that was told; in seconds of the rules. */
  readonly firedAfter: number;
  readonly resolvedAfter: number;
}

/** Makes an outage in front of a Prometheus and an Alertmanager, until its alert has fired and is over. `say` hears how it goes. */
export async function raise(name: OutageName, say: (text: string) => void): Promise<Raised> {
  const { alert, open } = OUTAGES[name];
  const scene = await open();
  const heard = new EventEmitter();
  let alerting: Alerting | undefined;
  const traffic = startTraffic(scene);
  try {
    alerting = await startAlerting(scene.proxy.address, (notice) => {
      say(`  ${notice.status === "firing" ? "ALERT" : "over: "} ${notice.alert}`);
      heard.emit("notice");
    });
    say(
      `Proxy http://${scene.proxy.address}, Prometheus ${alerting.prometheusUrl}, Alertmanager ${alerting.alertmanagerUrl}`,
    );
    await minutes(CALM_MINUTES);
    say(`Outage: ${name}`);
    const brokenAt = performance.now();
    await scene.break();
    await until(alerting, heard, { alert, status: "firing" });
    const firedAfter = secondsOfRulesSince(brokenAt);
    await minutes(CALM_MINUTES);
    say("Mended.");
    const mendedAt = performance.now();
    await scene.mend();
    await until(alerting, heard, { alert, status: "resolved" });
    const resolvedAfter = secondsOfRulesSince(mendedAt);
    // What the outage has left in longer windows must wake nobody either.
    await minutes(CALM_MINUTES);
    const alerts = [...new Set(alerting.notices.map((notice) => notice.alert))];
    return { alerts, firedAfter, resolvedAfter };
  } finally {
    await traffic.stop();
    await alerting?.close();
    await scene.close();
  }
}

/** One candidate after the other. */
function startTraffic(scene: Scene): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const going = (async () => {
    while (!stopping.signal.aborted) {
      await connectMany(scene, 1);
      await pause(100);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await going;
    },
  };
}

async function until({ notices }: Alerting, heard: EventEmitter, awaited: Notice): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  while (!notices.some(({ alert, status }) => alert === awaited.alert && status === awaited.status))
    await once(heard, "notice", { signal });
}

function secondsOfRulesSince(at: number): number {
  return Math.round(((performance.now() - at) * FASTER) / 1000);
}

function minutes(count: number): Promise<void> {
  return pause((count * 60_000) / FASTER);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
