import type { ErrorCode } from "@interview-proxy/protocol";
import { CONNECT_STAGES, type ConnectStage, type ConnectWait, outcomeOf } from "./connect-stages.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Span, Tracing } from "./tracing.ts";

type Step = ConnectStage | ConnectWait;

/** A step from when it began. */
interface Begun {
  readonly step: Step;
  readonly from: number;
  /** Where somebody was told of it already. */
  span: Span | undefined;
}

type PastStep = Begun & { readonly to: number };

export interface ConnectWatchNeeds {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Milliseconds since the epoch, with fractions: a stage may take less than one. */
  readonly now?: () => number;
}

/** What a connect begins with. */
export interface ConnectBegin {
  readonly step: Step;
  /** Of the request by which the client came. */
  readonly requestId: string;
  /** Of which trace it is a part. */
  readonly traceparent?: string | undefined;
}

/** What came of a connect that succeeded: ids of the records. */
export interface Connected {
  readonly session: string;
  readonly call: string;
}

export type WatchConnect = (begin: ConnectBegin) => ConnectWatch;

const NO_STEPS: readonly PastStep[] = [];

/**
 * One connect from the client's arrival to its answer: whatever happens is in one step of it, so that the steps add up to
 * the whole. What it took is counted, and told as a trace where traces are on.
 */
export class ConnectWatch {
  readonly #needs: ConnectWatchNeeds;
  #parent: string | undefined;
  #whole: Span | undefined;
  /** Made anew for each step: it may be kept for hours, until the client sends its offer, and holds no room for more. */
  #past = NO_STEPS;
  #current: Begun;
  #isOver = false;

  readonly #requestId: string;

  constructor(needs: ConnectWatchNeeds, { step, requestId, traceparent }: ConnectBegin) {
    this.#needs = needs;
    this.#requestId = requestId;
    this.#parent = traceparent;
    this.#current = { step, from: this.#now(), span: undefined };
  }

  /** What went before is over; this begins. */
  enter(step: Step): void {
    const now = this.#now();
    this.#leave(now);
    this.#current = { step, from: now, span: undefined };
  }

  /** The client says of which trace this is a part; it counts until the first {@link ConnectWatch.traceparent}. */
  isPartOf(traceparent: string | undefined): void {
    this.#parent = traceparent;
  }

  /** Names the current step to whoever is asked to do a part of it; `undefined` where there are no traces. */
  get traceparent(): string | undefined {
    if (!this.#needs.tracing.isOn) return undefined;
    const { step, from } = this.#current;
    this.#current.span ??= this.#asWhole().begin(step, from);
    return this.#current.span.traceparent;
  }

  /** False where it cannot go on with a step: it is over, or has been there before, so that this is another connect. */
  mayEnter(step: Step): boolean {
    return !this.#isOver && this.#current.step !== step && this.#past.every((past) => past.step !== step);
  }

  /** The client has its answer. */
  succeed({ session, call }: Connected): void {
    if (this.#isOver) return;
    const steps = this.#end("ok", { "interview.session": session });
    const ms = Math.round(observe(steps, this.#needs.metrics) * 1000);
    this.#needs.log.info({ requestId: this.#requestId, session, call, ms }, "connected");
  }

  /** The client has an error in place of an answer. */
  fail(code: ErrorCode): void {
    if (this.#isOver) return;
    this.#end(code, {});
    this.#needs.metrics.connectFailures.inc({ code });
  }

  #end(code: ErrorCode | "ok", facts: Readonly<Record<string, string>>): readonly PastStep[] {
    this.#isOver = true;
    const { metrics, tracing } = this.#needs;
    const to = this.#now();
    this.#leave(to);
    const steps = this.#past;
    metrics.connects.inc({ outcome: outcomeOf(code) });
    if (!tracing.isOn) return steps;
    const whole = this.#asWhole();
    for (const { step, from, to: until, span } of steps) (span ?? whole.begin(step, from)).end(until);
    whole.end(to, { facts: { ...facts, "interview.outcome": code }, hasFailed: outcomeOf(code) === "failed" });
    return steps;
  }

  #leave(to: number): void {
    const { step, from, span } = this.#current;
    this.#past = this.#past.concat({ step, from, span, to });
  }

  /** Something that follows from the connect begins, and is over when the returned function is called; later calls say nothing. */
  follow(name: string): (outcome: string) => void {
    const { tracing } = this.#needs;
    const span = tracing.isOn ? this.#asWhole().begin(name, this.#now()) : undefined;
    let isOver = false;
    return (outcome) => {
      if (!isOver) span?.end(this.#now(), { facts: { "interview.outcome": outcome }, hasFailed: outcome !== "ok" });
      isOver = true;
    };
  }

  #asWhole(): Span {
    const { from } = this.#past[0] ?? this.#current;
    return (this.#whole ??= this.#needs.tracing.begin("connect", from, this.#parent));
  }

  #now(): number {
    return (this.#needs.now ?? preciseNow)();
  }
}

/** Returns what it took in all, in seconds. */
function observe(steps: readonly PastStep[], metrics: Metrics): number {
  let whole = 0;
  for (const stage of CONNECT_STAGES) {
    const parts = steps.filter(({ step }) => step === stage);
    // Who offers once more in a session of theirs has neither to sign in nor to open it.
    if (parts.length === 0) continue;
    const seconds = parts.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
    whole += seconds;
    metrics.connectStageSeconds.observe({ stage }, seconds);
  }
  metrics.connectSeconds.observe({}, whole);
  return whole;
}

function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
