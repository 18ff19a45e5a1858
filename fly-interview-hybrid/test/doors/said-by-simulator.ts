import type { CallReport, SaidWords, SimulatorEvent } from "openai-voice-simulator";
import type { WireEvent } from "./provider-relay.ts";

/** One turn, as a transcript and the simulator's log can both have it. */
export type Said = readonly [role: string, status: string, text: string | null, heardMs: number | null];

/** What the simulator says was said in a call, by its own log. */
export function saidIn({ api, events }: Pick<CallReport, "api" | "events">): readonly Said[] {
  return api === "live" ? saidOnTimeline(events) : saidInItems(events);
}

/** The same, without what the call was told of calls before it. */
export function saidAnewIn({ api, events }: Pick<CallReport, "api" | "events">): readonly Said[] {
  const told = new Set(
    events.flatMap(({ direction, type, event }) =>
      direction === "client" && type === "conversation.item.create" ? [itemIdOf(event)] : [],
    ),
  );
  return saidIn({ api, events: events.filter(({ event }) => !told.has(itemIdOf(event))) });
}

function itemIdOf(event: unknown): string {
  return (event as { item?: { id: string } } | undefined)?.item?.id ?? "";
}

function saidInItems(events: readonly SimulatorEvent[]): readonly Said[] {
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

/** Less silence than this does not part what one speaker says where nobody was heard in between. */
const PARTING_MS = 2000;

/** Live has no turns, and tells neither of what is unintelligible nor of an interruption: only words, and when they were spoken. */
function saidOnTimeline(events: readonly SimulatorEvent[]): readonly Said[] {
  const turns: SaidWords[] = [];
  for (const words of spokenIn(events)) {
    const before = turns.at(-1);
    if (before?.role === words.role && words.startMs - before.endMs < PARTING_MS)
      turns.splice(-1, 1, { ...words, startMs: before.startMs, text: `${before.text} ${words.text}` });
    else turns.push(words);
  }
  return turns.map(({ role, text, cutOff, startMs, endMs }) => {
    // Whoever is cut off at the end of a sentence might have ended there.
    const isInterrupted = role === "interviewer" && cutOff && !/[.!?]$/.test(text);
    return [role, isInterrupted ? "interrupted" : "complete", text, isInterrupted ? endMs - startMs : null];
  });
}

/** What was intelligible, from its first word to its last. */
function spokenIn(events: readonly SimulatorEvent[]): readonly SaidWords[] {
  const said = events.flatMap(({ type, event }) => (type === "call.said" ? [event as SaidWords] : []));
  return said
    .filter(({ text }) => text !== "")
    .map((words) => ({ ...words, endMs: lastWordOf(words, events) }))
    .toSorted((one, other) => one.startMs - other.startMs);
}

/** The simulator's own end of an utterance is that of the voice. */
function lastWordOf({ role, startMs, endMs }: SaidWords, events: readonly SimulatorEvent[]): number {
  const fragments = role === "candidate" ? "session.input_transcript.delta" : "session.output_transcript.delta";
  const ends = events.flatMap(({ type, event }) => {
    const { start_ms, end_ms } = (event ?? {}) as { start_ms: number; end_ms: number };
    return type === fragments && start_ms >= startMs && start_ms < endMs ? [end_ms] : [];
  });
  return Math.max(startMs, ...ends);
}
