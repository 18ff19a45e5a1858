import type { WireEvent } from "./provider-relay.ts";
import { VOICE_API } from "./voice-api.ts";

/** What a hostile provider can make of the events of an API. */
interface Vocabulary {
  /** Every type that is read, so that each can lack what it needs. */
  readonly read: readonly string[];
  /** One that comes at the end of something. */
  readonly last: string;
  /** An event of something that nobody has heard of; no two are about the same. */
  readonly ghost: (n: number) => WireEvent;
  /** Role and status of the turns that may be made of them. */
  readonly ghostTurns: readonly string[];
}

const REALTIME: Vocabulary = {
  read: [
    "session.updated",
    "conversation.item.added",
    "conversation.item.done",
    "conversation.item.truncated",
    "conversation.item.input_audio_transcription.delta",
    "conversation.item.input_audio_transcription.completed",
    "conversation.item.input_audio_transcription.failed",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.committed",
    "output_audio_buffer.started",
    "output_audio_buffer.cleared",
    "response.created",
    "response.output_item.added",
    "response.output_audio_transcript.delta",
    "response.output_audio_transcript.done",
    "response.done",
  ],
  last: "response.done",
  ghost: (n) =>
    n % 2 === 0
      ? { type: "response.output_audio_transcript.delta", item_id: `ghost_${n}`, delta: "Boo." }
      : { type: "conversation.item.truncated", item_id: `ghost_${n}`, audio_end_ms: 1 },
  // Words that belong to nothing may be of a turn that was missed: some are kept, behind the others.
  ghostTurns: ["interviewer interrupted"],
};

/** Without `session.closed`, which needs no field to be the end of a call. */
const LIVE: Vocabulary = {
  read: [
    "session.started",
    "session.updated",
    "session.input_transcript.delta",
    "session.output_transcript.delta",
    "session.instructions.appended",
    "session.thinking.appended",
    "response.event",
    "session.usage.updated",
    "error",
  ],
  last: "session.closed",
  ghost: (n) =>
    n % 2 === 0
      ? {
          type: "response.event",
          delegation_id: `ghost_${n}`,
          event: { type: "response.created", response: { id: `ghost_${n}` } },
        }
      : { type: "session.instructions.appended", client_event_id: `ghost_${n}`, start_ms: 0, end_ms: 0 },
  ghostTurns: [],
};

const vocabulary = VOICE_API === "live" ? LIVE : REALTIME;

export const READ_EVENTS: readonly string[] = vocabulary.read;
export const LAST_EVENT: string = vocabulary.last;
export const GHOST_TURNS: readonly string[] = vocabulary.ghostTurns;
export const ghostEvent: Vocabulary["ghost"] = vocabulary.ghost;

/** Fields of events, none of which is what it should be. */
export const WRONG_FIELDS: Readonly<Record<string, unknown>> = {
  id: 7,
  item_id: [],
  response_id: {},
  item: "x",
  response: 1,
  audio_end_ms: -1,
  transcript: {},
  session: 0,
  delta: [],
  start_ms: "x",
  end_ms: -1,
  usage: { seconds: -1 },
  event: 7,
  error: 7,
};
