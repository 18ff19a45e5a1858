import type { Config } from "../config/config.ts";
import { invalidField } from "../errors.ts";
import type { CallPlan } from "../upstreams/upstream.ts";

/** The persona of a session that names none. */
export const DEFAULT_PERSONA = "interviewer";

/** Voices of the Realtime API. Each is a persona too: the default instructions in that voice. */
const VOICES = new Set(["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"]);

/** What a persona means for a call. Throws INVALID_MESSAGE for a name that is none. */
export function planOf(persona: string, config: Config): CallPlan {
  if (persona !== DEFAULT_PERSONA && !VOICES.has(persona)) {
    throw invalidField("aiPersona");
  }
  return {
    model: config.VOICE_MODEL,
    voice: persona === DEFAULT_PERSONA ? config.VOICE : persona,
    instructions: config.INTERVIEW_INSTRUCTIONS,
    transcriptionModel: config.TRANSCRIPTION_MODEL,
  };
}
