import type { Clock } from "../clock.ts";
import { within } from "../pause.ts";
import type { JudgedOffer } from "../sdp/judge-offer.ts";
import type { CallEvent } from "../upstreams/call-event.ts";
import type { CallPlan, Sideband, Upstream } from "../upstreams/upstream.ts";
import type { Heard, HeardEvent } from "./heard.ts";
import type { Peer } from "./peer.ts";
import { CannotGoOn, type Verdict } from "./step.ts";
import type { Wire } from "./wire.ts";

/** What the steps make, for those that follow. */
export interface Made {
  reach: true;
  /** From before the create until it is sure that no call came of it. */
  mayLive: true;
  /** However it became known: our own code may refuse a form that it takes to be no id. */
  callId: string;
  /** The provider has said that there is no such call any more. */
  hasEnded: true;
  answerSdp: string;
  ice: true;
  /** Audio can flow. */
  connection: true;
  channel: true;
  sideband: Sideband;
  /** Stands for all guarded settings as the plan has them in force. */
  digest: string;
  /** The interviewer was asked to speak. */
  greeting: true;
}

/** One call that is being tried, and all there is to see it by. */
export interface Trial {
  /** The provider's, for what needs no call. */
  readonly baseUrl: string;
  readonly plan: CallPlan;
  readonly offer: JudgedOffer;
  readonly peer: Peer;
  readonly wire: Wire;
  readonly upstream: Upstream;
  /** What the proxy's own code makes of the sideband. */
  readonly callEvents: Heard<CallEvent>;
  readonly made: Partial<Made>;
  readonly clock: Clock;
  /** Aborted when the time is up, or somebody stops the run. */
  readonly signal: AbortSignal;
  /** Longest wait for one thing. */
  readonly patienceMs: number;
}

/** What an earlier step made. Without it the step at hand is skipped. */
export function need<K extends keyof Made>({ made }: Trial, name: K): Made[K] {
  const value = made[name];
  if (value === undefined) throw new CannotGoOn("skipped", `no ${NAMES[name]}`);
  return value;
}

const NAMES: Record<keyof Made, string> = {
  reach: "way to the provider",
  mayLive: "create",
  callId: "call",
  hasEnded: "end",
  answerSdp: "answer",
  ice: "ICE",
  connection: "connection",
  channel: "data channel",
  sideband: "sideband",
  digest: "sideband that is ready",
  greeting: "greeting",
};

/** Sends an event by the data channel, as a page can. */
export function sendAsPage({ peer }: Trial, event: object): void {
  if (!peer.send(event)) throw new CannotGoOn("drift", "the data channel is closed");
}

interface Wait<T> {
  /** What is waited for, in words. */
  readonly what: string;
  readonly isIt: (value: T) => boolean;
  /** Number of the first event that may be it. */
  readonly from?: number;
  /** What it means where it does not come; a drift unless said otherwise. */
  readonly otherwise?: Exclude<Verdict, "ok">;
}

/** Waits for something as long as the trial has patience. Throws {@link CannotGoOn} where it does not come. */
export async function untilHeard<T>(trial: Trial, heard: Heard<T>, wait: Wait<T>): Promise<HeardEvent<T>> {
  const { clock, signal, patienceMs } = trial;
  const over = new AbortController();
  const search = heard.first(wait.isIt, over.signal, wait.from);
  try {
    const found = await within(search, patienceMs, { clock, signal });
    if (found !== undefined) return found;
  } finally {
    over.abort();
  }
  if (signal.aborted) throw new CannotGoOn("failed", `stopped before ${wait.what}`);
  throw new CannotGoOn(wait.otherwise ?? "drift", `no ${wait.what} within ${patienceMs / 1000} s`);
}
