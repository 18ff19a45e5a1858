import type { ErrorCode } from "@interview-proxy/protocol";
import { CONNECT_STAGES, type ConnectStage, type ConnectWait, outcomeOf } from "./connect-stages.ts";
import type { Metrics } from "./metrics.ts";
import type { Span, Tracing } from "./tracing.ts";

type Step = ConnectStage | ConnectWait;

/** A step from when it began. */
interface Begun {
  readonly step: Step;
  readonly from: number;
  /** Where somebody was told of it already. */
  span?: Span;
}

export interface ConnectWatchNeeds {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Milliseconds since the epoch, with fractions: a stage may take less than one. */
  readonly now?: () => number;
}

/** Begins to watch a connect, which is part of the trace that `traceparent` names. */
export type WatchConnect = (first: Step, traceparent?: string) => ConnectWatch;

/**
 * One connect from the client's arrival to its answer: whatever happens is in one step of it, so that the steps add up to
 * the whole. What it took is counted, and told as a trace where traces are on.
 */
export class ConnectWatch {
  readonly #needs: Required<ConnectWatchNeeds>;
  readonly #from: number;
  #parent: string | undefined;
  #whole: Span | undefined;
  readonly #past: (Begun & { readonly to: number })[] = [];
  #current: Begun;
  #isOver = false;

  constructor({ now = preciseNow, ...needs }: ConnectWatchNeeds, first: Step, parent?: string) {
    this.#needs = { ...needs, now };
    this.#from = now();
    this.#parent = parent;
    this.#current = { step: first, from: this.#from };
  }

  /** What went before is over; this begins. */
  enter(step: Step): void {
    const now = this.#needs.now();
    this.#past.push({ ...this.#current, to: now });
    this.#current = { step, from: now };
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

  /** The client has its answer, or an error. Later ones say nothing. */
  end(code: ErrorCode | "ok", facts: Readonly<Record<string, string>> = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { metrics, tracing, now } = this.#needs;
    const to = now();
    const steps = [...this.#past, { ...this.#current, to }];
    metrics.connects.inc({ outcome: outcomeOf(code) });
    if (code === "ok") observe(steps, metrics);
    else metrics.connectFailures.inc({ code });
    if (!tracing.isOn) return;
    const whole = this.#asWhole();
    for (const { step, from, to: until, span } of steps) (span ?? whole.begin(step, from)).end(until);
    whole.end(to, { facts: { ...facts, "interview.outcome": code }, hasFailed: outcomeOf(code) === "failed" });
  }

  /** Something that follows from the connect begins, and is over when the returned function is called; later calls say nothing. */
  follow(name: string): (outcome: string) => void {
    const { now, tracing } = this.#needs;
    const span = tracing.isOn ? this.#asWhole().begin(name, now()) : undefined;
    let isOver = false;
    return (outcome) => {
      if (!isOver) span?.end(now(), { facts: { "interview.outcome": outcome }, hasFailed: outcome !== "ok" });
      isOver = true;
    };
  }

  #asWhole(): Span {
    return (this.#whole ??= this.#needs.tracing.begin("connect", this.#from, this.#parent));
  }
}

function observe(
  steps: readonly { readonly step: Step; readonly from: number; readonly to: number }[],
  metrics: Metrics,
): void {
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
}

function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
