import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { CallEvent } from "../upstreams/call-event.ts";
import { type AssemblyListener, TurnAssembly } from "./turn-assembly.ts";
import type { CallPlan, Sideband, Upstream } from "../upstreams/upstream.ts";

export interface SupervisedCall {
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  readonly plan: CallPlan;
  /** Somebody spoke: the interview goes on. */
  readonly onSpeech: () => void;
  /** What is said. The last turns come when `signal` is aborted, or before `onEnd` is called. */
  readonly transcript: Omit<AssemblyListener, "retrieve">;
  /** The call is over, or can no longer be supervised. Called at most once, and not after `signal` is aborted. */
  readonly onEnd: (reason: Extract<EndReason, "upstream_ended" | "sideband_lost">) => void;
  /** Aborted when the proxy itself ends the call. */
  readonly signal: AbortSignal;
}

export interface SupervisionNeeds {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Waits before further tries at attaching, in ms. Every lasting 404 seen was a wrong key; a race after the 201 is short. */
const ATTACH_DELAYS_MS = [100, 300, 900];

/** A sideband that is not ready by then never will be. */
const READY_WITHIN_MS = 20_000;

/** How often a lost sideband is attached again before the call is given up. */
const MAX_ATTACHMENTS = 10;

/**
 * Keeps a sideband on a call: puts the plan in force, lets the interviewer speak first, assembles what is said, attaches
 * again when the connection drops, and says when the call is over.
 */
export async function superviseCall(call: SupervisedCall, { clock, log }: SupervisionNeeds): Promise<void> {
  let sideband: Sideband | undefined;
  const assembly = new TurnAssembly(clock, {
    ...call.transcript,
    retrieve: (itemId) => sideband?.retrieve(itemId),
  });
  const finish = (): void => assembly.end();
  call.signal.addEventListener("abort", finish, { once: true });
  if (call.signal.aborted) finish();

  let greeted = false;
  let unreadable = 0;
  const end = (reason: Parameters<SupervisedCall["onEnd"]>[0]): void => {
    finish();
    call.onEnd(reason);
  };
  for (let attachments = 0; attachments < MAX_ATTACHMENTS; attachments++) {
    let react = (_event: CallEvent): void => undefined;
    const attached = await attach(call, clock, (event) => react(event));
    if (call.signal.aborted) {
      if (attached.ok) attached.sideband.close();
      return;
    }
    if (!attached.ok) {
      log.warn({ upstreamCallId: call.upstreamCallId, reason: attached.reason }, "sideband could not be attached");
      return end(attached.reason === "gone" && greeted ? "upstream_ended" : "sideband_lost");
    }

    const current = attached.sideband;
    sideband = current;
    const watch = watchReadiness(current, clock);
    react = (event) => {
      if (event.type === "candidate_speaking" || event.type === "interviewer_speaking") call.onSpeech();
      if (event.type === "unreadable" && isWorthTelling(++unreadable))
        log.warn({ upstreamCallId: call.upstreamCallId, unreadable }, "sideband sent what cannot be read");
      if (event.type === "refused") {
        log.error({ upstreamCallId: call.upstreamCallId, code: event.code }, "configuration of the call was refused");
        current.close();
      }
      if (event.type === "ready") {
        watch.ready();
        if (!greeted) current.greet();
        greeted = true;
      }
      assembly.take(event);
    };
    current.configure(call.plan);
    assembly.back();
    await closedOrAborted(current, call.signal);
    sideband = undefined;
    assembly.lost();
    watch.stop();
    if (call.signal.aborted) return;
    if (!watch.wasReady()) return end("sideband_lost");
  }
  end("sideband_lost");
}

/** The first, and then ever fewer: a provider that runs wild must not fill the log. */
function isWorthTelling(count: number): boolean {
  return Number.isInteger(Math.log10(count));
}

async function attach(
  call: SupervisedCall,
  clock: Clock,
  onEvent: (event: CallEvent) => void,
): ReturnType<Upstream["attach"]> {
  for (const delay of ATTACH_DELAYS_MS) {
    const result = await call.upstream.attach(call.upstreamCallId, onEvent);
    if (result.ok || call.signal.aborted) return result;
    await pause(clock, delay, call.signal);
  }
  return await call.upstream.attach(call.upstreamCallId, onEvent);
}

interface ReadinessWatch {
  ready(): void;
  wasReady(): boolean;
  stop(): void;
}

function watchReadiness(sideband: Sideband, clock: Clock): ReadinessWatch {
  let isReady = false;
  const stop = clock.after(READY_WITHIN_MS, () => sideband.close());
  return {
    ready() {
      isReady = true;
      stop();
    },
    wasReady: () => isReady,
    stop,
  };
}

async function closedOrAborted(sideband: Sideband, signal: AbortSignal): Promise<void> {
  const close = (): void => sideband.close();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  await sideband.closed;
  signal.removeEventListener("abort", close);
}
