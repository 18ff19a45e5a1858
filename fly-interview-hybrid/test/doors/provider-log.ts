import type { CallReport, Simulator, SimulatorEvent } from "openai-voice-simulator";
import { expect } from "vitest";
import { asOnRealtime, VOICE_API } from "./voice-api.ts";

/** True of the event after which the interviewer has its plan and can be told something. */
export function isReady({ type, channel }: SimulatorEvent): boolean {
  return VOICE_API === "live" ? type === "session.started" && channel !== "data" : type === "session.updated";
}

/** What the interviewer is told with this event, in private or as what to say next. */
export interface Told {
  readonly how: "in private" | "to be said";
  readonly text: string;
}

/** What the proxy, or a page, tells the interviewer with an event; `undefined`: nothing. */
export function toldBy({ direction, event }: SimulatorEvent): Told | undefined {
  if (direction !== "client") return undefined;
  const told = event as {
    type: string;
    content?: string;
    response?: { instructions?: string };
    item?: { role?: string; content?: { text?: string }[] };
  };
  switch (told.type) {
    case "session.thinking.append":
      return { how: "in private", text: told.content ?? "" };
    case "session.instructions.append":
      return { how: "to be said", text: told.content ?? "" };
    case "response.create":
      return { how: "to be said", text: told.response?.instructions ?? "" };
    case "conversation.item.create":
      return told.item?.role === "system" ? { how: "in private", text: told.item.content?.[0]?.text ?? "" } : undefined;
    default:
      return undefined;
  }
}

/** No call is left at the provider, once those that the proxy has ended are gone. */
export async function expectNoCallLeft(simulator: Simulator): Promise<void> {
  if (!asOnRealtime("a hang-up") && simulator.liveCalls().length > 0)
    await simulator.waitFor(() => simulator.liveCalls().length === 0, { timeoutMs: 20_000 });
  expect(simulator.liveCalls()).toEqual([]);
}

/** What a call was asked to be, by what both APIs have for it. */
export function askedFor({ request: { session } }: CallReport): {
  readonly instructions: string;
  readonly voice: unknown;
  readonly transcriptionLanguage: string | undefined;
} {
  const { instructions = "", audio } = session as {
    instructions?: string;
    audio?: { output?: { voice?: unknown }; input?: { transcription?: { language?: string } } };
  };
  return { instructions, voice: audio?.output?.voice, transcriptionLanguage: audio?.input?.transcription?.language };
}

/** How the provider calls the end of a call that the proxy has ended. */
export const ENDED_BY_PROXY: CallReport["endReason"] = VOICE_API === "live" ? "session_closed" : "hangup";

/** Words of a transcript as they come. */
export const DELTAS: { readonly interviewer: string; readonly candidate: string } =
  VOICE_API === "live"
    ? { interviewer: "session.output_transcript.delta", candidate: "session.input_transcript.delta" }
    : {
        interviewer: "response.output_audio_transcript.delta",
        candidate: "conversation.item.input_audio_transcription.delta",
      };
