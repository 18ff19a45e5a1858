import { TimedPlayout } from "../audio/timed-playout.ts";
import type { Clock } from "../clock.ts";
import type { Answer } from "../script/spoken-interview.ts";
import type { LineFactory, LineListener, MediaLine } from "./media-line.ts";
import { SimulatedCandidate } from "./simulated-candidate.ts";

/** Lines whose voices are timers, the candidate's included. */
export function createLinesWithoutMedia(clock: Clock, thinksMs: number): LineFactory {
  return (_offer, listener) => new LineWithoutMedia(clock, thinksMs, listener);
}

class LineWithoutMedia implements MediaLine {
  readonly output: TimedPlayout;
  readonly hasPackets = false;
  readonly packetsReceived = 0;
  readonly packetsSent = 0;
  readonly #candidate: SimulatedCandidate;

  constructor(clock: Clock, thinksMs: number, listener: LineListener) {
    this.#candidate = new SimulatedCandidate(clock, thinksMs, (durationMs) => listener.heardSpeech(durationMs));
    this.output = new TimedPlayout(clock, {
      started: ({ responseId, turn }) => {
        this.#candidate.lineStarted(turn.answer);
        listener.started(responseId);
      },
      finished: ({ responseId }) => {
        this.#candidate.lineEnded();
        listener.finished(responseId);
      },
      cleared: () => this.#candidate.lineEnded(),
    });
  }

  connected(): void {
    this.output.connect();
  }

  seeded(answer: Answer | undefined): void {
    this.#candidate.wasAsked(answer);
  }

  usePeer(): void {}
  receive(): void {}
  silence(): void {}

  close(): void {
    this.output.close();
    this.#candidate.close();
  }
}
