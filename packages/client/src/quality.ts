import { type CallStats, present } from "./call-stats.ts";

/**
 * How well the two hear each other. `poor`: words are lost or late; `lost`: nothing passes at present; `unknown`: not measured yet.
 */
export type CallQuality = "unknown" | "good" | "poor" | "lost";

/** What a person notices of a line, over the time since the reading before. What the browser does not tell is absent. */
export interface LineFigures {
  readonly rttMs?: number;
  /** The worse of both directions. */
  readonly lossPercent?: number;
  readonly jitterMs?: number;
}

/**
 * Beyond one of these the line is poor. A delay of 150 ms one way is not noticed, and 400 ms disturb (ITU-T G.114); Opus hides a
 * few losses in a hundred; the browser's jitter buffer grows with the jitter, and the delay with it.
 */
const POOR: Required<LineFigures> = { rttMs: 400, lossPercent: 5, jitterMs: 60 };

/** Within all of these it is good again. Between the two it stays what it was, so that it does not flicker. */
const GOOD: Required<LineFigures> = { rttMs: 300, lossPercent: 2, jitterMs: 40 };

/** So many readings in a row change the verdict: one bad moment is forgotten, and a recovery has to last. */
const READINGS_TO_WORSEN = 2;
const READINGS_TO_RECOVER = 3;

/** As much energy from one reading to the next is no speech: that of 2.5 s at -54 dB below full scale. */
const QUIET = 1e-5;

/** Judges one call after another by what is read of it every few seconds. */
export class QualityJudge {
  #before: CallStats | undefined;
  #quality: CallQuality = "unknown";
  #readings = 0;
  #didSpeak = false;
  #sendsSilence = false;

  /** Another call is heard, whose counters begin anew. */
  reset(): void {
    this.#before = undefined;
    this.#sendsSilence = false;
    this.#quality = "unknown";
    this.#readings = 0;
  }

  /**
   * True where packets came before, none has since the last reading, and some should have: the interviewer spoke all the while as the
   * server knows, or this call has brought packets in pauses too. Some services send none while they are silent. To be asked before
   * `judge`.
   */
  standsStill({ packetsReceived, totalAudioEnergy }: CallStats, speaks: boolean): boolean {
    const before = this.#before;
    const isExpected = this.#sendsSilence || (this.#didSpeak && speaks);
    this.#didSpeak = speaks;
    if (before?.packetsReceived === packetsReceived) return isExpected && packetsReceived !== 0;
    this.#sendsSilence ||= (totalAudioEnergy ?? 1) - (before?.totalAudioEnergy ?? 0) < QUIET;
    return false;
  }

  judge(stats: CallStats): { readonly quality: CallQuality; readonly figures: LineFigures } {
    const isSameCall = (stats.packetsReceived ?? 0) >= (this.#before?.packetsReceived ?? 0);
    const figures = this.#before && isSameCall ? figuresSince(this.#before, stats) : undefined;
    this.#before = stats;
    if (figures) this.#note(figures);
    return { quality: this.#quality, figures: figures ?? {} };
  }

  #note(figures: LineFigures): void {
    const isBad = exceeds(figures, POOR);
    const contradicts = this.#quality === "good" ? isBad : !exceeds(figures, GOOD);
    this.#readings = contradicts ? this.#readings + 1 : 0;
    if (this.#quality === "unknown") this.#become(isBad ? "poor" : "good");
    else if (this.#quality === "good" && this.#readings >= READINGS_TO_WORSEN) this.#become("poor");
    else if (this.#quality === "poor" && this.#readings >= READINGS_TO_RECOVER) this.#become("good");
  }

  #become(quality: CallQuality): void {
    this.#quality = quality;
    this.#readings = 0;
  }
}

function exceeds(figures: LineFigures, limits: Required<LineFigures>): boolean {
  return (
    (figures.rttMs ?? 0) > limits.rttMs ||
    (figures.lossPercent ?? 0) > limits.lossPercent ||
    (figures.jitterMs ?? 0) > limits.jitterMs
  );
}

function figuresSince(before: CallStats, now: CallStats): LineFigures {
  const { roundTripMs, jitterMs, sentLossPercent } = now;
  const received = difference(now.packetsReceived, before.packetsReceived);
  const lost = difference(now.packetsLost, before.packetsLost);
  const expected = received + lost;
  const losses = [sentLossPercent, expected > 0 ? (100 * lost) / expected : undefined].filter(
    (loss) => loss !== undefined,
  );
  const lossPercent = losses.length > 0 ? Math.round(Math.max(...losses) * 10) / 10 : undefined;
  return present<LineFigures>({ rttMs: roundTripMs, lossPercent, jitterMs });
}

/** Packets that come late after all are taken off the lost ones. */
function difference(now = 0, before = 0): number {
  return Math.max(0, now - before);
}
