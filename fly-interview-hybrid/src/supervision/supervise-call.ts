import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { CallEvent, Speaker } from "../upstreams/call-event.ts";
import type { AttachResult, CallPlan, Sideband, Upstream } from "../upstreams/upstream.ts";
import { type AssemblyListener, TurnAssembly } from "./turn-assembly.ts";

export interface SupervisedCall {
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  readonly plan: CallPlan;
  /** Somebody began or ceased to speak. */
  readonly onSpeech: (role: Speaker, active: boolean) => void;
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
  for (let unsound = 0; unsound < MAX_UNSOUND; unsound++) {
    let react = (_event: CallEvent): void => undefined;
    const attached = await attach(call, clock, (event) => react(event));
    if (call.signal.aborted) {
      if (attached.ok) attached.sideband.close();
      return;
    }
    if (!attached.ok) {
      const isOver = attached.reason === "gone" && greeted;
      if (!isOver) log.warn({ upstreamCallId: call.upstreamCallId, reason: attached.reason }, "sideband not attached");
      return end(isOver ? "upstream_ended" : "sideband_lost");
    }

    const current = attached.sideband;
    sideband = current;
    const attachedAt = clock.now();
    const watch = watchReadiness(current, clock);
    let isRefused = false;
    react = (event) => {
      if (event.type === "candidate_speaking") call.onSpeech("candidate", event.active);
      if (event.type === "interviewer_speaking") call.onSpeech("interviewer", event.state === "started");
      if (event.type === "unreadable" && isWorthTelling(++unreadable))
        log.warn({ upstreamCallId: call.upstreamCallId, unreadable }, "sideband sent what cannot be read");
      if (event.type === "refused") {
        log.error({ upstreamCallId: call.upstreamCallId, code: event.code }, "configuration of the call was refused");
        isRefused = true;
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
    // A refusal is for good, and so is silence; a connection that merely broke can be made again.
    const isHopeless = isRefused || clock.now() - attachedAt >= READY_WITHIN_MS;
    if (!watch.wasReady() && isHopeless) return end("sideband_lost");
    // Who spoke may have ceased unheard; without this a session could count as attended for ever.
    for (const role of ["candidate", "interviewer"] as const) call.onSpeech(role, false);
    if (clock.now() - attachedAt >= SOUND_AFTER_MS) unsound = 0;
  }
  end("sideband_lost");
}

/** The first, and then ever fewer: a provider that runs wild must not fill the log. */
function isWorthTelling(count: number): boolean {
  return Number.isInteger(Math.log10(count));
}

async function attach(call: SupervisedCall, clock: Clock, onEvent: (event: CallEvent) => void): Promise<AttachResult> {
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
