import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { CallEvent } from "../upstreams/call-event.ts";
import type { CallPlan, Sideband, Upstream } from "../upstreams/upstream.ts";

export interface SupervisedCall {
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  readonly plan: CallPlan;
  /** Somebody spoke: the interview goes on. */
  readonly onSpeech: () => void;
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
 * Keeps a sideband on a call: puts the plan in force, lets the interviewer speak first, attaches again when the
 * connection drops, and says when the call is over.
 */
export async function superviseCall(call: SupervisedCall, { clock, log }: SupervisionNeeds): Promise<void> {
  let greeted = false;
  for (let attachments = 0; attachments < MAX_ATTACHMENTS; attachments++) {
    let react = (_event: CallEvent): void => undefined;
    const attached = await attach(call, clock, (event) => react(event));
    if (call.signal.aborted) {
      if (attached.ok) attached.sideband.close();
      return;
    }
    if (!attached.ok) {
      log.warn({ upstreamCallId: call.upstreamCallId, reason: attached.reason }, "sideband could not be attached");
      return call.onEnd(attached.reason === "gone" && greeted ? "upstream_ended" : "sideband_lost");
    }

    const { sideband } = attached;
    const watch = watchReadiness(sideband, clock);
    react = (event) => {
      if (event.type === "candidate_speaking" || event.type === "interviewer_speaking") call.onSpeech();
      if (event.type === "refused") {
        log.error({ upstreamCallId: call.upstreamCallId, code: event.code }, "configuration of the call was refused");
        sideband.close();
      }
      if (event.type === "ready") {
        watch.ready();
        if (!greeted) sideband.greet();
        greeted = true;
      }
    };
    sideband.configure(call.plan);
    await closedOrAborted(sideband, call.signal);
    watch.stop();
    if (call.signal.aborted) return;
    if (!watch.wasReady()) return call.onEnd("sideband_lost");
  }
  call.onEnd("sideband_lost");
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
