import type { AssembledTurn } from "../../src/supervision/assembled-turn.ts";
import { TurnAssembly } from "../../src/supervision/turn-assembly.ts";
import type { CallEvent, CallItem, Speaker } from "../../src/upstreams/call-event.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";

/** An assembly and everything it told. */
export interface AssemblyUnderTest {
  readonly assembly: TurnAssembly;
  readonly clock: FakeClock;
  readonly turns: readonly AssembledTurn[];
  readonly asked: readonly string[];
  readonly deltas: readonly string[];
  readonly voices: readonly string[];
  readonly placed: readonly string[];
  readonly take: (...events: readonly CallEvent[]) => void;
  /** Who said what, and how it ended: enough for most tests. */
  readonly told: () => readonly string[];
}

export function createAssembly(): AssemblyUnderTest {
  const clock = createFakeClock();
  const turns: AssembledTurn[] = [];
  const asked: string[] = [];
  const deltas: string[] = [];
  const voices: string[] = [];
  const placed: string[] = [];
  const assembly = new TurnAssembly(clock, {
    turn: (turn) => void turns.push(turn),
    delta: (itemId, speaker, text) => void deltas.push(`${speaker} ${itemId} ${text}`),
    speaking: (speaker, active) => void voices.push(`${speaker} ${active ? "on" : "off"}`),
    placed: (itemId, previousId) => void placed.push(`${itemId} behind ${previousId ?? "nothing"}`),
    retrieve: (itemId) => void asked.push(itemId),
  });
  return {
    assembly,
    clock,
    turns,
    asked,
    deltas,
    voices,
    placed,
    take: (...events) => {
      for (const event of events) assembly.take(event);
    },
    told: () =>
      turns.map(
        ({ speaker, text, status, inferred }) =>
          `${speaker ?? "somebody"}: ${text ?? "?"} [${status}${inferred ? ", inferred" : ""}]`,
      ),
  };
}

export function item(id: string, speaker: Speaker | null, change: Partial<CallItem> = {}): CallItem {
  return { id, speaker, text: null, spoken: true, status: "complete", ...change };
}

/** What the provider says when the candidate has said something: recorded order, transcription aside. */
export function candidateSpeaks(id: string, previousId: string | null): CallEvent[] {
  return [
    { type: "candidate_speaking", itemId: id, active: true },
    { type: "candidate_speaking", itemId: id, active: false },
    { type: "placed", itemId: id, previousId },
    { type: "item", item: item(id, "candidate"), previousId },
    { type: "item", item: item(id, "candidate"), previousId },
  ];
}

export function transcribed(id: string, text: string): CallEvent {
  return { type: "text", itemId: id, speaker: "candidate", text, spoken: true };
}

/** The beginning of a response: the item is there, and its first words. */
export function interviewerBegins(id: string, previousId: string | null, words: readonly string[]): CallEvent[] {
  const begun = item(id, "interviewer", { status: "in_progress" });
  return [
    { type: "item", item: begun, responseId: `resp_${id}` },
    { type: "item", item: begun, previousId },
    ...words.map((text) => ({ type: "delta", itemId: id, speaker: "interviewer", text }) as const),
    { type: "interviewer_speaking", responseId: `resp_${id}`, state: "started" },
  ];
}

/** The end of its generation; it goes on being heard. */
export function interviewerDone(
  id: string,
  text: string,
  status: "completed" | "cancelled" = "completed",
): CallEvent[] {
  const done = item(id, "interviewer", { text, status: status === "completed" ? "complete" : "incomplete" });
  const end: CallEvent = { type: "response_done", responseId: `resp_${id}`, status, items: [done], usage: null };
  if (status === "cancelled") return [end];
  return [
    { type: "text", itemId: id, speaker: "interviewer", text, spoken: true },
    { type: "item", item: done },
    { type: "item", item: done, responseId: `resp_${id}` },
    end,
  ];
}

export function heardToTheEnd(id: string): CallEvent {
  return { type: "interviewer_speaking", responseId: `resp_${id}`, state: "finished" };
}

export function cutOff(id: string, heardMs: number): CallEvent[] {
  return [
    { type: "interviewer_speaking", responseId: `resp_${id}`, state: "cut" },
    { type: "truncated", itemId: id, heardMs },
  ];
}

/** A whole turn of the interviewer. */
export function interviewerSays(id: string, previousId: string | null, text: string): CallEvent[] {
  return [...interviewerBegins(id, previousId, [text]), ...interviewerDone(id, text), heardToTheEnd(id)];
}

/** What a call begins with, where nothing depends on its words. */
export const opening = interviewerSays("a1", null, "Hello.");
export const answer = [...candidateSpeaks("u1", "a1"), transcribed("u1", "I am Ada.")];

/** The sideband is away for so long, in milliseconds. */
export async function away({ assembly, clock }: AssemblyUnderTest, ms: number): Promise<void> {
  assembly.lost();
  await clock.advance(ms);
  assembly.back();
}
