import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { AttachResult, CallPlan, Sideband, SidebandEvent, SpeakerRole, Upstream } from "../upstreams/upstream.ts";

export interface SupervisedCall {
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  readonly plan: CallPlan;
  /** Somebody began or ceased to speak. */
  readonly onSpeech: (role: SpeakerRole, active: boolean) => void;
  /** The call is over, or can no longer be supervised. Called at most once, and not after `signal` is aborted. */
  readonly onEnd: (reason: Extract<EndReason, "upstream_ended" | "sideband_lost">) => void;
  /** Aborted when the proxy itself ends the call. */
  readonly signal: AbortSignal;
}

export interface SupervisionNeeds {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Waits before further tries at attaching, in milliseconds. A call that the provider does not know: every lasting 404
 * seen was a wrong key, and a race after the 201 is short. A provider out of reach: the audio may go on meanwhile.
 */
const RETRY_DELAYS_MS = {
  gone: [100, 300, 900],
  unreachable: [100, 300, 900, 2700, 5000, 10_000, 10_000],
} as const;

/** A sideband that is not ready by then never will be. */
const READY_WITHIN_MS = 20_000;

/** A sideband that held so long was sound; before that its loss counts against the call. */
const SOUND_AFTER_MS = 60_000;

/** How often in a row an unsound sideband is attached again before the call is given up. */
const MAX_UNSOUND = 5;

/**
 * Keeps a sideband on a call: puts the plan in force, lets the interviewer speak first, attaches again when the
 * connection drops, and says when the call is over.
 */
export async function superviseCall(call: SupervisedCall, { clock, log }: SupervisionNeeds): Promise<void> {
  let greeted = false;
  for (let unsound = 0; unsound < MAX_UNSOUND; unsound++) {
    let react = (_event: SidebandEvent): void => undefined;
    const attached = await attach(call, clock, (event) => react(event));
    if (call.signal.aborted) {
      if (attached.ok) attached.sideband.close();
      return;
    }
    if (!attached.ok) {
      const isOver = attached.reason === "gone" && greeted;
      if (!isOver) log.warn({ upstreamCallId: call.upstreamCallId, reason: attached.reason }, "sideband not attached");
      return call.onEnd(isOver ? "upstream_ended" : "sideband_lost");
    }

    const { sideband } = attached;
    const attachedAt = clock.now();
    const watch = watchReadiness(sideband, clock);
    react = (event) => {
      if (event.type === "speech") call.onSpeech(event.role, event.active);
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
    // Who spoke may have ceased unheard; without this a session could count as attended for ever.
    for (const role of ["candidate", "interviewer"] as const) call.onSpeech(role, false);
    if (clock.now() - attachedAt >= SOUND_AFTER_MS) unsound = 0;
  }
  call.onEnd("sideband_lost");
}

async function attach(
  call: SupervisedCall,
  clock: Clock,
  onEvent: (event: SidebandEvent) => void,
): Promise<AttachResult> {
  const tries = { gone: 0, unreachable: 0 };
  for (;;) {
    const result = await call.upstream.attach(call.upstreamCallId, onEvent);
    if (result.ok || call.signal.aborted) return result;
    const delay = RETRY_DELAYS_MS[result.reason][tries[result.reason]++];
    if (delay === undefined) return result;
    await pause(clock, delay, call.signal);
  }
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
