import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import type { ConnectWatch } from "../ops/connect-watch.ts";
import type { Metrics } from "../ops/metrics.ts";
import { pause } from "../pause.ts";
import type { CallEvent, ResponseUsage, Speaker, TranscriptionUsage } from "../upstreams/call-event.ts";
import type { AttachResult, CallPlan, Conversation, Sideband, Upstream } from "../upstreams/upstream.ts";
import { Guard, type GuardRules, type Verdict } from "./guard.ts";
import type { Prompter } from "./prompter.ts";
import { type RunTool, ToolCalls } from "./tool-calls.ts";
import { type AssemblyListener, type EarlierCall, TurnAssembly } from "./turn-assembly.ts";

/** What is told of one call. */
export interface CallListener extends Omit<AssemblyListener, "retrieve"> {
  /** Somebody began or ceased to speak; that it ceased is told too when the sideband is lost, or the call is over. */
  readonly speech: (role: Speaker, active: boolean) => void;
  /** A response was generated, by the interviewer or a model that works for it, or an utterance transcribed. */
  readonly used: (usage: Used) => void;
  /** The call has lasted so long in all, in seconds, as it is billed. */
  readonly lasted: (seconds: number) => void;
  /** When the provider ends the call by itself, in milliseconds since the epoch. */
  readonly expires: (at: number) => void;
  /** The sideband was lost, or taken up from another process: what was used meanwhile is not known. */
  readonly absent: () => void;
  readonly runTool: RunTool;
  /** The interviewer is being asked to speak first. Asked again, by another process, it would go on to its next question. */
  readonly greeting: () => void;
  /** The interviewer was told what was said in earlier calls; `isWhole`: all of it. */
  readonly resumed: (isWhole: boolean) => void;
  /** A call that was supervised is over, or can be no longer. Called at most once, and not after `signal` is aborted. */
  readonly lost: (reason: Extract<EndReason, "upstream_ended" | "sideband_lost">) => void;
  /**
   * The same for a call after which no other one is to be made: it could never be supervised, was tampered with, or was ended
   * by the provider because of what was said.
   */
  readonly ended: (reason: Extract<EndReason, "upstream_ended" | "sideband_lost" | "policy_violation">) => void;
}

/** What was used, each where it was. */
export interface Used {
  readonly response?: ResponseUsage;
  readonly transcription?: TranscriptionUsage;
  /** By a model that works for the interviewer. */
  readonly backend?: ResponseUsage;
}

export interface SupervisedCall {
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  readonly plan: CallPlan;
  /** Absent where no page can reach the call: then whatever is in force is ours. */
  readonly guard: GuardRules | undefined;
  readonly prompter: Prompter;
  /** Hears when its sideband is attached for the first time, or cannot be. */
  readonly connect: ConnectWatch | undefined;
  /** What is known of the call where another process has supervised it before. */
  readonly earlier: EarlierCall | undefined;
  /** What was said in earlier calls of the interview; `undefined`: nothing. */
  readonly conversation: Conversation | undefined;
  /** The last turns come when `signal` is aborted, unless that is with {@link LET_GO}, or before `lost` or `ended` is called. */
  readonly listener: CallListener;
  /** Aborted when the proxy itself ends the call. */
  readonly signal: AbortSignal;
}

export interface SupervisionNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Waits before further tries at attaching, in milliseconds. A call that the provider does not know: every lasting 404
 * seen was a wrong key, and a race after the 201 is short. One that it knew before is over: the candidate waits for
 * another one. A provider out of reach: the audio may go on meanwhile.
 */
const RETRY_DELAYS_MS = {
  unknown: [100, 300, 900],
  gone: [100],
  unreachable: [100, 300, 900, 2700, 5000, 10_000, 10_000],
} as const;

/** Why a supervision is aborted whose call another process supervises now: that one tells what is still open. */
export const LET_GO = "let go";

/** A sideband on which the plan is not in force by then never will be. */
const READY_WITHIN_MS = 20_000;

/** A sideband that held so long was sound; before that its loss counts against the call. */
const SOUND_AFTER_MS = 60_000;

/** How often in a row an unsound sideband is attached again before the call is given up. */
const MAX_UNSOUND = 5;

/**
 * Keeps a sideband on a call: puts the plan in force and guards it, lets the interviewer speak first, assembles what is
 * said, attaches again when the connection drops, and says when the call is over.
 */
export async function superviseCall(call: SupervisedCall, { clock, log, metrics }: SupervisionNeeds): Promise<void> {
  const { listener, prompter } = call;
  let sideband: Sideband | undefined;
  const assembly = new TurnAssembly(
    clock,
    { ...listener, retrieve: (itemId) => sideband?.retrieve(itemId) },
    call.conversation?.awaitsAnswer === true ? "candidate" : "interviewer",
  );
  if (call.earlier !== undefined) {
    assembly.resume(call.earlier);
    listener.absent();
  }
  const toolCalls = new ToolCalls(prompter, listener.runTool);
  /** Who spoke may have ceased unheard; without this a session could count as attended for ever. */
  const silence = (): void => {
    for (const role of ["candidate", "interviewer"] as const) listener.speech(role, false);
  };
  const conclude = (): void => {
    for (const event of sideband?.conclude() ?? []) assembly.take(event);
    assembly.end();
  };
  let isOver = false;
  const finish = (): void => {
    isOver = true;
    prompter.detach();
    if (call.signal.reason === LET_GO) assembly.leave();
    else conclude();
    silence();
  };
  call.signal.addEventListener("abort", finish, { once: true });
  if (call.signal.aborted) return finish();

  const guard = call.guard && new Guard(clock, call.guard);
  let greeted = call.earlier?.isGreeted ?? false;
  let unreadable = 0;
  const followAttach = call.connect?.follow("sideband");
  const end = (announce: () => void): void => {
    finish();
    announce();
  };
  const lose = (): void => end(() => (greeted ? listener.lost("sideband_lost") : listener.ended("sideband_lost")));
  for (let unsound = 0; unsound < MAX_UNSOUND; unsound++) {
    let react = (_event: CallEvent): void => undefined;
    const attached = await attach(call, clock, greeted, (event) => react(event));
    followAttach?.(attached.ok ? "ok" : attached.reason);
    if (call.signal.aborted) {
      if (attached.ok) attached.sideband.close();
      return;
    }
    if (!attached.ok) {
      const isGone = attached.reason === "gone" && (greeted || call.earlier !== undefined);
      if (!isGone) log.warn({ upstreamCallId: call.upstreamCallId, reason: attached.reason }, "sideband not attached");
      return isGone ? end(() => listener.lost("upstream_ended")) : lose();
    }

    const current = attached.sideband;
    sideband = current;
    const attachedAt = clock.now();
    const watch = watchReadiness(current, clock);
    let isRefused = false;
    react = (event) => {
      // Asking the signal itself takes longer than half of what else is done with a word (measured).
      if (isOver) return;
      // Most of what comes, and nothing to anybody else here.
      if (event.type === "delta") return assembly.take(event);
      const verdict = guard?.judge(event) ?? unguarded(event);
      if (verdict === "violated") {
        end(() => listener.ended("policy_violation"));
        return current.close();
      }
      if (verdict === "correct") {
        current.configure(call.plan);
        watch.begin();
      }
      tell(event, listener);
      if (event.type === "retrieved" || event.type === "not_retrieved") metrics.backfills.inc({ outcome: event.type });
      if (event.type === "unreadable") {
        metrics.unreadableFrames.inc();
        if (isWorthTelling(++unreadable))
          log.warn({ upstreamCallId: call.upstreamCallId, unreadable }, "sideband sent what cannot be read");
      }
      if (event.type === "not_taken")
        log.warn({ upstreamCallId: call.upstreamCallId, code: event.code }, "interviewer could not be told something");
      if (event.type === "refused") {
        log.error({ upstreamCallId: call.upstreamCallId, code: event.code }, "configuration of the call was refused");
        isRefused = true;
        current.close();
      }
      if (verdict === "in_force") {
        watch.ready();
        if (!greeted) {
          greeted = true;
          listener.greeting();
          letSpeakFirst(current, call);
        }
        prompter.attach(current);
      }
      assembly.take(event);
      toolCalls.take(event);
      if (event.type === "over") {
        end(() => (event.isPolicy ? listener.ended("upstream_ended") : listener.lost("upstream_ended")));
        current.close();
      }
    };
    current.configure(call.plan);
    guard?.attached();
    assembly.back();
    await closedOrAborted(current, call.signal);
    sideband = undefined;
    prompter.detach();
    assembly.lost();
    watch.stop();
    if (call.signal.aborted || isOver) return;
    // A refusal is for good, and so is silence; a connection that merely broke can be made again.
    const isHopeless = isRefused || clock.now() - attachedAt >= READY_WITHIN_MS;
    if (!watch.wasReady() && isHopeless) return lose();
    silence();
    listener.absent();
    if (clock.now() - attachedAt >= SOUND_AFTER_MS) unsound = 0;
  }
  lose();
}

function letSpeakFirst(sideband: Sideband, { conversation, listener }: SupervisedCall): void {
  if (conversation === undefined) return sideband.greet();
  sideband.resume(conversation);
  listener.resumed(conversation.isWhole);
}

function tell(event: CallEvent, listener: CallListener): void {
  switch (event.type) {
    case "candidate_speaking":
      return listener.speech("candidate", event.active);
    case "interviewer_speaking":
      return listener.speech("interviewer", event.state === "started");
    case "response_done":
      return event.usage === null ? undefined : listener.used({ response: event.usage });
    case "transcription_used":
      return listener.used({ transcription: event.usage });
    case "backend_used":
      return listener.used({ backend: event.usage });
    case "lasted":
      return listener.lasted(event.seconds);
    case "expires":
      return listener.expires(event.at);
    default:
  }
}

function unguarded({ type }: CallEvent): Verdict {
  return type === "ready" || type === "drifted" ? "in_force" : "pass";
}

/** The first, and then ever fewer: a provider that runs wild must not fill the log. */
function isWorthTelling(count: number): boolean {
  return Number.isInteger(Math.log10(count));
}

async function attach(
  call: SupervisedCall,
  clock: Clock,
  wasKnown: boolean,
  onEvent: (event: CallEvent) => void,
): Promise<AttachResult> {
  const tries = { unknown: 0, gone: 0, unreachable: 0 };
  for (;;) {
    const result = await call.upstream.attach(call.upstreamCallId, onEvent);
    if (result.ok || call.signal.aborted) return result;
    const why = result.reason === "gone" && !wasKnown ? "unknown" : result.reason;
    const delay = RETRY_DELAYS_MS[why][tries[why]++];
    if (delay === undefined) return result;
    await pause(clock, delay, call.signal);
  }
}

interface ReadinessWatch {
  /** The plan was sent again. */
  begin(): void;
  /** The plan is in force. */
  ready(): void;
  wasReady(): boolean;
  stop(): void;
}

function watchReadiness(sideband: Sideband, clock: Clock): ReadinessWatch {
  let isReady = false;
  let stop = (): void => undefined;
  const begin = (): void => {
    stop = clock.after(READY_WITHIN_MS, () => sideband.close());
  };
  begin();
  return {
    begin,
    ready() {
      isReady = true;
      stop();
    },
    wasReady: () => isReady,
    stop: () => stop(),
  };
}

async function closedOrAborted(sideband: Sideband, signal: AbortSignal): Promise<void> {
  const close = (): void => sideband.close();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  await sideband.closed;
  signal.removeEventListener("abort", close);
}
