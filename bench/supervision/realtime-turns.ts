import type { SimulatorEvent } from "openai-voice-simulator";
import type { SpokenTurn } from "./interview-of.ts";
import { type NotedTurns, type TurnsInOrder, turnsInOrder } from "./noted-turns.ts";
import { monotonicMs } from "../processes/one-core.ts";

interface Item {
  readonly id: string;
  readonly role: "assistant" | "user";
  readonly content?: readonly { readonly transcript?: string }[];
}

interface ResponseDone {
  readonly response: { readonly output: readonly Item[] };
}

/** Of a Realtime call: a turn is final by one event, of playout or of transcription. */
export class RealtimeTurns implements NotedTurns {
  readonly #finalAt: Readonly<Record<SpokenTurn["role"], number[]>> = { interviewer: [], candidate: [] };
  /** By the ids of their items, in the order of the conversation. */
  readonly #turns = new Map<string, { readonly role: SpokenTurn["role"]; text: string | undefined }>();

  take({ type, event }: SimulatorEvent): void {
    switch (type) {
      case "conversation.item.added": {
        const { id, role } = (event as { item: Item }).item;
        this.#turns.set(id, { role: role === "assistant" ? "interviewer" : "candidate", text: undefined });
        break;
      }
      case "output_audio_buffer.stopped":
      case "output_audio_buffer.cleared":
        this.#finalAt.interviewer.push(monotonicMs());
        break;
      case "response.done":
        for (const { id, content = [] } of (event as ResponseDone).response.output)
          this.#learn(id, content[0]?.transcript ?? "");
        break;
      case "conversation.item.input_audio_transcription.completed": {
        const { item_id, transcript } = event as { item_id: string; transcript: string };
        this.#finalAt.candidate.push(monotonicMs());
        this.#learn(item_id, transcript);
      }
    }
  }

  /** The two speak in turn. */
  inOrder(): TurnsInOrder {
    const { interviewer, candidate } = this.#finalAt;
    const finalAt = interviewer.flatMap((at, index) => [at, ...candidate.slice(index, index + 1)]);
    return turnsInOrder(finalAt, this.#turns.values());
  }

  #learn(itemId: string, text: string): void {
    const turn = this.#turns.get(itemId);
    if (turn !== undefined) turn.text = text;
  }
}
