import type { SpokenTurn } from "../src/script/spoken-interview.ts";

/** A turn of a script, 20 ms of speech a packet; what is left out is empty. */
export function spokenTurn(text: string, packets: readonly Uint8Array[], more: Partial<SpokenTurn> = {}): SpokenTurn {
  return {
    text,
    packets,
    durationMs: packets.length * 20,
    tools: [],
    answer: { text: "", transcriptionFails: false, durationMs: 0 },
    ...more,
  };
}
