import type { SimulatorEvent } from "openai-voice-simulator";
import type { SpokenTurn } from "./interview-of.ts";

/** The turns of one call as the simulator knows them: when each became final, and what was said in it. */
export interface NotedTurns {
  /** Takes an event just before it is sent. */
  take(event: SimulatorEvent): void;
  inOrder(): TurnsInOrder;
}

export interface TurnsInOrder {
  /** In milliseconds of the monotonic clock. No turn is final before the one that it answers. */
  readonly finalAt: readonly number[];
  readonly said: readonly SpokenTurn[];
}

/** Those that were final when they were asked for. Of a turn whose words are not known yet, `text` is `undefined`. */
export function turnsInOrder(
  finalAt: readonly number[],
  turns: Iterable<{ readonly role: SpokenTurn["role"]; readonly text: string | undefined }>,
): TurnsInOrder {
  let latest = 0;
  const times = finalAt.map((at) => (latest = Math.max(latest, at)));
  const said: SpokenTurn[] = [];
  for (const { role, text } of turns) {
    // A question may be generated before the answer ahead of it is transcribed.
    if (text === undefined) break;
    said.push({ role, text });
  }
  return { finalAt: times, said: said.slice(0, times.length) };
}
