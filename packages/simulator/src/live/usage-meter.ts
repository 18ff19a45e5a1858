import type { SessionUsageUpdatedEvent } from "openai/resources/live/live";
import type { Timers } from "../clock.ts";
import type { Timeline } from "./timeline.ts";

/** Charged with the create, and credited against what the session lasts. */
const MINIMUM_SECONDS = 15;

/** Observed; documented is "about once a minute". */
const REPORT_INTERVAL_MS = 15_000;

/** While the timeline stands, it is looked at so often. */
const MIN_WAIT_MS = 1000;

/** A model's context is 128 000 tokens; the audio of both sides fills it by about twenty a second. */
const CONTEXT_MS = 6_400_000;

/** What a session says of its use. */
export type LiveUsage = Pick<SessionUsageUpdatedEvent, "usage" | "context_window">;

/** Counts the seconds of a session, by its timeline, and reports them every quarter of a minute. */
export class UsageMeter {
  readonly #timers: Timers;
  readonly #timeline: Timeline;
  readonly #report: (usage: LiveUsage) => void;
  #reports = 0;

  constructor(timers: Timers, timeline: Timeline, report: (usage: LiveUsage) => void) {
    this.#timers = timers;
    this.#timeline = timeline;
    this.#report = report;
  }

  /** Seconds so far: cumulative, with tenths. */
  get seconds(): number {
    return Math.max(MINIMUM_SECONDS, Math.round(this.#timeline.ms / 100) / 10);
  }

  /** Begins to report. */
  start(): void {
    const dueMs = (this.#reports + 1) * REPORT_INTERVAL_MS;
    this.#timers.after(Math.max(MIN_WAIT_MS, dueMs - this.#timeline.ms), () => {
      if (this.#timeline.ms >= dueMs) {
        this.#reports += 1;
        const usage_ratio = Math.round((this.#timeline.ms / CONTEXT_MS) * 10_000) / 10_000;
        this.#report({ usage: { seconds: this.seconds }, context_window: { usage_ratio } });
      }
      this.start();
    });
  }
}
