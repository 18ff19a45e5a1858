import type { CallReport, SaidWords, SimulatorEvent } from "openai-voice-simulator";
import type { WireEvent } from "./sideband-relay.ts";

/** One turn, as a transcript and the simulator's log can both have it. */
export type Said = readonly [role: string, status: string, text: string | null, heardMs: number | null];

/** What the simulator says was said in a call, by its own log. */
export function saidIn(call: Pick<CallReport, "api" | "events">): readonly Said[] {
  return call.api === "live" ? saidOnTimeline(call) : saidInItems(call);
}

/** True where the interviewer has been heard to the end of a line, or was cut off. */
export function isEndOfLine({ type, event }: Pick<SimulatorEvent, "type" | "event">): boolean {
  if (type === "call.said") return (event as SaidWords).role === "interviewer";
  return type === "output_audio_buffer.stopped";
}

interface Words {
  readonly start_ms: number;
  readonly end_ms: number;
}

/** Utterances are written down when they end; they stand where they began. */
function saidOnTimeline({ events }: Pick<CallReport, "events">): readonly Said[] {
  const said = events.flatMap(({ type, event }) => (type === "call.said" ? [event as SaidWords] : []));
  const words = events.flatMap(({ type, event }) =>
    type === "session.output_transcript.delta" ? [event as Words] : [],
  );
  return said
    .toSorted((a, b) => a.startMs - b.startMs)
    .map(({ role, text, cutOff, startMs, endMs }) => {
      const isInterrupted = role === "interviewer" && cutOff;
      // A word that is cut off is not transcribed.
      const heard = words.filter(({ start_ms }) => start_ms >= startMs && start_ms < endMs);
      const heardMs = (heard.at(-1)?.end_ms ?? 0) - (heard[0]?.start_ms ?? 0);
      return [role, isInterrupted ? "interrupted" : "complete", text, isInterrupted ? heardMs : null];
    });
}

function saidInItems({ events }: Pick<CallReport, "events">): readonly Said[] {
  const items: { readonly id: string; readonly role: string }[] = [];
  const texts = new Map<string, string>();
  const cuts = new Map<string, number>();
  for (const { direction, event: content } of events) {
    if (direction !== "server") continue;
    const event = content as WireEvent & { item_id: string };
    if (event.type === "conversation.item.added") {
      const item = event.item as { id: string; type: string; role: string };
      if (item.type === "message") items.push(item);
    }
    // The words of a response that is cancelled are nowhere else.
    if (event.type === "response.output_audio_transcript.delta")
      texts.set(event.item_id, (texts.get(event.item_id) ?? "") + String(event.delta));
    if (event.type === "conversation.item.input_audio_transcription.completed")
      texts.set(event.item_id, String(event.transcript));
    if (event.type === "conversation.item.truncated") cuts.set(event.item_id, Number(event.audio_end_ms));
  }
  return items.map(({ id, role }) => {
    const text = texts.get(id) ?? null;
    if (role === "user") return ["candidate", text === null ? "failed" : "complete", text, null];
    const cut = cuts.get(id) ?? null;
    return ["interviewer", cut === null ? "complete" : "interrupted", text, cut];
  });
}
