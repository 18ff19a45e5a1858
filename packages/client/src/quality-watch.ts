import type { StatsRequest } from "@interview-proxy/protocol";
import { type CallStats, digestStats } from "./call-stats.ts";
import { type CallQuality, type LineFigures, QualityJudge } from "./quality.ts";
import type { InterviewSnapshot } from "./snapshot.ts";

const READ_EVERY_MS = 2_500;

/** The server is told every so many readings. */
const TELL_EVERY = 2;

/** The most that the protocol lets a page tell. */
const MAX_MS = 60_000;

interface QualityWatchOptions {
  /** `undefined` where there is nothing to read. */
  readonly read: () => Promise<RTCStatsReport> | undefined;
  /** Whether both sides can hear each other as far as the browser knows, and who speaks as far as the server does. */
  readonly now: () => Pick<InterviewSnapshot, "state" | "speaking">;
  /** Nothing arrives any more, and the browser has not noticed: to it the line is up. */
  readonly onStill: () => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onQuality: (quality: CallQuality) => void;
  /** Tells the server. */
  readonly tell: (report: StatsRequest) => void;
}

/** Watches how well the two hear each other, from the first call on. */
export class QualityWatch {
  readonly #options: QualityWatchOptions;
  readonly #judge = new QualityJudge();
  #quality: CallQuality = "unknown";
  #readings = 0;

  constructor(options: QualityWatchOptions) {
    this.#options = options;
    const timer = setInterval(() => void this.#read(), READ_EVERY_MS);
    options.signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** The connection is lost, or is another one. */
  connectionChanged(): void {
    this.#judge.reset();
    this.#become(this.#isUp ? "unknown" : "lost");
  }

  get #isUp(): boolean {
    return this.#options.now().state === "connected";
  }

  async #read(): Promise<void> {
    const { read, signal } = this.#options;
    const report = await read()?.catch(() => undefined);
    if (signal.aborted) return;
    this.#readings += 1;
    if (this.#isUp) this.#judged(report ? digestStats(report) : {});
    else this.#judged(undefined);
  }

  #judged(stats: CallStats | undefined): void {
    if (stats === undefined) this.#judge.reset();
    else if (this.#judge.standsStill(stats, this.#options.now().speaking.interviewer)) return this.#options.onStill();
    const { quality, figures } = stats ? this.#judge.judge(stats) : { quality: "lost" as const, figures: {} };
    this.#become(quality);
    if (quality !== "unknown" && this.#readings % TELL_EVERY === 0)
      this.#options.tell({ quality, ...bounded(figures) });
  }

  #become(quality: CallQuality): void {
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#options.onQuality(quality);
  }
}

function bounded(figures: LineFigures): LineFigures {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.min(figure, MAX_MS)]));
}
