import type { ConversationItemInputAudioTranscriptionCompletedEvent } from "openai/resources/realtime/realtime";
import type { Timers } from "../clock.ts";
import { obfuscate } from "../session/ids.ts";
import type { ServerEventBody } from "./server-events.ts";
import type { EffectiveSession } from "./session-config.ts";
import { splitTokens } from "../session/tokens.ts";
import { userAudioTokens } from "./token-usage.ts";

/** Transcription runs beside the response; recorded, its deltas interleave with the response's first ones. */
const FIRST_DELTA_MS = 15;
const DELTA_INTERVAL_MS = 15;

/** What the candidate said in one turn, and how it is to be transcribed. */
export interface Heard {
  readonly itemId: string;
  readonly transcript: string;
  readonly audioMs: number;
  /** It cannot be made out. */
  readonly fails: boolean;
  readonly settings: NonNullable<EffectiveSession["audio"]["input"]["transcription"]>;
}

/** The words of the API's reference. */
const FAILURE = {
  type: "transcription_error",
  code: "audio_unintelligible",
  message: "The audio could not be transcribed.",
};

/** Sends the deltas of a candidate's transcript and its completion in their own time, or its failure. */
export function transcribe(
  { itemId, transcript, audioMs, fails, settings }: Heard,
  timers: Timers,
  emit: (event: ServerEventBody) => void,
  completed: () => void,
): void {
  const tokens = splitTokens(transcript);
  const place = { item_id: itemId, content_index: 0 };
  const next = (index: number): void => {
    const delta = tokens[index];
    if (delta === undefined) {
      completed();
      const usage = transcriptionUsage(settings.model ?? "", audioMs, tokens.length);
      emit({ type: "conversation.item.input_audio_transcription.completed", ...place, transcript, usage });
      return;
    }
    emit({
      type: "conversation.item.input_audio_transcription.delta",
      ...place,
      delta,
      obfuscation: obfuscate(delta),
    });
    timers.after(DELTA_INTERVAL_MS, () => next(index + 1));
  };
  const fail = (): void =>
    emit({ type: "conversation.item.input_audio_transcription.failed", ...place, error: FAILURE });
  timers.after(FIRST_DELTA_MS, () => (fails ? fail() : next(0)));
}

/** The gpt-4o models bill tokens, the others seconds. */
function transcriptionUsage(
  model: string,
  audioMs: number,
  textTokens: number,
): ConversationItemInputAudioTranscriptionCompletedEvent["usage"] {
  if (!model.startsWith("gpt-4o")) {
    return { type: "duration", seconds: Math.ceil(audioMs / 1000) };
  }
  const { audio } = userAudioTokens(audioMs);
  return {
    type: "tokens",
    total_tokens: audio + textTokens,
    input_tokens: audio,
    output_tokens: textTokens,
    input_token_details: { text_tokens: 0, audio_tokens: audio },
  };
}
