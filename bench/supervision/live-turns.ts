import type { SimulatorEvent } from "openai-voice-simulator";
import { systemClock } from "../../fly-interview-hybrid/src/clock.ts";
import { SpokenTurns } from "../../fly-interview-hybrid/src/upstreams/openai-live/spoken-turns.ts";
import type { CallEvent } from "../../fly-interview-hybrid/src/upstreams/call-event.ts";
import type { SpokenTurn } from "./interview-of.ts";
import { type NotedTurns, type TurnsInOrder, turnsInOrder } from "./noted-turns.ts";
import { monotonicMs } from "../processes/one-core.ts";

interface TranscriptDelta {
  readonly delta: string;
  readonly start_ms: number;
  readonly end_ms: number;
}

const SPEAKERS: Readonly<Record<string, SpokenTurn["role"]>> = {
  "session.input_transcript.delta": "candidate",
  "session.output_transcript.delta": "interviewer",
};

/**
 * Of a Live call: no event says that a turn is final, the proxy's rule does, which waits for silence or for the other voice. It
 * is applied here too, at the source and at once, so that what a turn is later than this is the way to the proxy and its work.
 */
export class LiveTurns implements NotedTurns {
  readonly #finalAt: number[] = [];
  readonly #turns = new Map<string, { readonly role: SpokenTurn["role"]; text: string | undefined }>();
  readonly #spoken = new SpokenTurns(systemClock, (event) => this.#note(event));

  take({ type, event, direction }: SimulatorEvent): void {
    const speaker = direction === "server" ? SPEAKERS[type] : undefined;
    if (speaker === undefined) return;
    const { delta: text, start_ms: startMs, end_ms: endMs } = event as TranscriptDelta;
    this.#spoken.take({ speaker, text, startMs, endMs });
  }

  inOrder(): TurnsInOrder {
    return turnsInOrder(this.#finalAt, this.#turns.values());
  }

  #note(event: CallEvent): void {
    if (event.type === "item" && event.item.speaker !== null)
      this.#turns.set(event.item.id, { role: event.item.speaker, text: undefined });
    if (event.type !== "text") return;
    this.#finalAt.push(monotonicMs());
    const turn = this.#turns.get(event.itemId);
    if (turn !== undefined) turn.text = event.text;
  }
}
