import { startSimulator } from "openai-voice-simulator";
import { createSteppingClock } from "../../fly-interview-hybrid/test/stepping-clock.ts";
import { interviewOf, type SpokenTurn, WORDS_PER_SECOND } from "./interview-of.ts";
import { beginInterview, dialSideband } from "./sideband-session.ts";

/** What the simulator says on one sideband in an interview, in its order. */
export interface RecordedInterview {
  /** Events as they go over the wire, as text. */
  readonly frames: readonly string[];
  readonly turns: readonly RecordedTurn[];
}

export interface RecordedTurn extends SpokenTurn {
  /** Place of the event with which it is final, and all before it are. */
  readonly finalWith: number;
}

const PLAYED = "output_audio_buffer.stopped";

interface WireEvent {
  readonly type: string;
  readonly item_id?: string;
  readonly transcript?: string;
  readonly item?: { readonly id: string; readonly role: "assistant" | "user" };
  readonly response?: {
    readonly output: readonly { readonly id: string; readonly content?: readonly { readonly transcript?: string }[] }[];
  };
}

/**
 * Holds an interview of so many questions with a simulator without media, on a clock that jumps from event to event, and notes what its sideband
 * says.
 */
export async function recordInterview(exchanges: number): Promise<RecordedInterview> {
  const script = interviewOf(exchanges);
  const clock = createSteppingClock();
  const simulator = await startSimulator({ media: "none", wordsPerSecond: WORDS_PER_SECOND, script, clock });
  try {
    const sideband = await dialSideband(simulator.baseUrl, 0);
    const frames: string[] = [];
    const isOver = new Promise<void>((resolve) => {
      let played = 0;
      sideband.on("message", (data) => {
        // The socket delivers one Buffer a message, never fragments.
        const frame = (data as Buffer).toString("utf8");
        frames.push(frame);
        if (frame.includes(PLAYED)) played += 1;
        // The goodbye is not answered.
        if (played > exchanges) resolve();
      });
    });
    await beginInterview(sideband);
    await isOver;
    sideband.terminate();
    const played = frames.filter((frame) => !frame.includes('"session.updated"'));
    return { frames: played, turns: turnsIn(played) };
  } finally {
    await simulator.close();
    clock.close();
  }
}

/** The turns of events, in the order of the conversation, up to the first that is not final. */
export function turnsIn(frames: readonly string[]): readonly RecordedTurn[] {
  const found = new Map<string, { readonly role: SpokenTurn["role"]; text?: string; finalWith?: number }>();
  const waiting: string[] = [];
  for (const [place, frame] of frames.entries()) {
    const event = JSON.parse(frame) as WireEvent;
    if (event.type === "conversation.item.added" && event.item !== undefined) {
      const isInterviewer = event.item.role === "assistant";
      found.set(event.item.id, { role: isInterviewer ? "interviewer" : "candidate" });
      if (isInterviewer) waiting.push(event.item.id);
    }
    for (const { id, content = [] } of event.type === "response.done" ? (event.response?.output ?? []) : []) {
      const turn = found.get(id);
      if (turn !== undefined) turn.text = content[0]?.transcript ?? "";
    }
    const isTranscribed = event.type === "conversation.item.input_audio_transcription.completed";
    const isPlayed = event.type === PLAYED;
    const turn = found.get((isTranscribed ? event.item_id : isPlayed ? waiting.shift() : undefined) ?? "");
    if (turn === undefined) continue;
    turn.finalWith = place;
    if (isTranscribed) turn.text = event.transcript ?? "";
  }
  let latest = 0;
  const turns: RecordedTurn[] = [];
  for (const { role, text, finalWith } of found.values()) {
    if (text === undefined || finalWith === undefined) break;
    latest = Math.max(latest, finalWith);
    turns.push({ role, text, finalWith: latest });
  }
  return turns;
}
