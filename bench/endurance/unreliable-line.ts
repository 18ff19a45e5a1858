import { type ProviderRelay, startProviderRelay } from "../../fly-interview-hybrid/test/doors/provider-relay.ts";
import { randomCreateFaults } from "../../fly-interview-hybrid/test/long-runs/random-walks.ts";
import { type Relay, startRelay } from "../../fly-interview-hybrid/test/servers/relay.ts";
import { randomOf } from "./random.ts";

/** Of the creates, so many meet a fault; most others would hide behind them. */
const FAULTY_CREATES = 0.3;

/** Of the hang-ups, so many are refused. */
const REFUSED_HANGUPS = 0.1;

/** One in so many events breaks its sideband, which is then away for up to so long. */
const EVENTS_BY_CUT = 400;
const AWAY_MS = 3000;

/** Planned at a time. */
const FAULTS = 100_000;

const CREATE = /\/realtime\/calls$/;
const HANG_UP = /\/realtime\/calls\/[^/]+\/hangup$/;

/** The line between the proxy and the voice service, on which creates, hang-ups and sidebands go wrong now and then. */
export interface UnreliableLine {
  readonly baseUrl: string;
  /** How often something went wrong by itself. */
  readonly mishaps: () => number;
  /** While it returns true, every create is refused with 500. */
  refusesCreates: boolean;
  /** From now on all is as it should be. */
  mend(): void;
  /** Breaks every sideband. */
  readonly sidebands: ProviderRelay;
  /** The cable. */
  readonly cable: Relay;
  close(): Promise<void>;
}

/** The n-th create that is not refused, the n-th hang-up and the n-th event of a sideband fare as the seed says. */
export async function startUnreliableLine(baseUrl: string, seed: number): Promise<UnreliableLine> {
  const ofCreates = randomOf(seed, "creates");
  const ofHangUps = randomOf(seed, "hang-ups");
  const ofEvents = randomOf(seed, "events");
  const faults = randomCreateFaults(FAULTS, seed);
  const awayUntil = new Map<string, number>();
  let isMended = false;
  let [mishaps, creates] = [0, 0];
  const happens = (random: () => number, probability: number): boolean => {
    const does = !isMended && random() < probability;
    if (does) mishaps += 1;
    return does;
  };
  const sidebands = await startProviderRelay(
    baseUrl,
    (event, callId) => {
      if (!happens(ofEvents, 1 / EVENTS_BY_CUT)) return event;
      awayUntil.set(callId, performance.now() + ofEvents() * AWAY_MS);
      return "cut";
    },
    (callId) => performance.now() < (awayUntil.get(callId) ?? 0),
    {
      detourOf({ method, url = "" }) {
        if (method !== "POST") return {};
        const path = url.split("?", 1)[0] ?? "";
        if (HANG_UP.test(path)) return happens(ofHangUps, REFUSED_HANGUPS) ? { refusedWith: 503 } : {};
        if (!CREATE.test(path)) return {};
        if (line.refusesCreates) return { refusedWith: 500 };
        if (!happens(ofCreates, FAULTY_CREATES)) return {};
        const fault = faults[(creates += 1) % FAULTS] ?? "none";
        if (fault === "none") return {};
        return fault === "stall" ? { stalls: true } : { headers: { "x-simulator-fault": JSON.stringify(fault) } };
      },
    },
  );
  const cable = await startRelay(Number(new URL(sidebands.baseUrl).port));
  const line: UnreliableLine = {
    baseUrl: `http://127.0.0.1:${cable.port}${new URL(baseUrl).pathname}`,
    mishaps: () => mishaps,
    refusesCreates: false,
    mend() {
      isMended = true;
      line.refusesCreates = false;
      cable.restore();
    },
    sidebands,
    cable,
    async close() {
      await cable.close();
      sidebands.close();
    },
  };
  return line;
}
