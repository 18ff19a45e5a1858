import type { Config } from "../../config/config.ts";
import { invalidField } from "../../errors.ts";
import type { SessionBrief } from "../../records/session-brief.ts";
import type { CallPlan } from "../../upstreams/upstream.ts";
import { INTERVIEW_TOOLS } from "../calls/interview-tools.ts";

/** The persona of a session that names none. */
export const DEFAULT_PERSONA = "interviewer";

/** Voices of the Realtime API. Each is a persona too: the default instructions in that voice. */
const VOICES = new Set(["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"]);

/** Throws INVALID_MESSAGE, with the field that carried it, for a name that is no persona. */
export function checkPersona(persona: string, field: string): void {
  if (persona !== DEFAULT_PERSONA && !VOICES.has(persona)) throw invalidField(field);
}

/** What the persona and the brief of a session mean for its calls. */
export function planOf(
  { persona, brief }: { readonly persona: string; readonly brief: SessionBrief },
  config: Config,
): CallPlan {
  return {
    model: config.VOICE_MODEL,
    voice: persona === DEFAULT_PERSONA ? config.VOICE : persona,
    instructions: instructionsOf(brief, config),
    transcriptionModel: config.TRANSCRIPTION_MODEL,
    language: brief.language,
    tools: INTERVIEW_TOOLS,
  };
}

function instructionsOf({ instructions, questions = [], language }: SessionBrief, config: Config): string {
  const parts = [instructions ?? config.INTERVIEW_INSTRUCTIONS];
  if (questions.length > 0) {
    const list = questions.map((question, index) => `${index + 1}. ${question}`).join("\n");
    parts.push(`Ask these questions, one at a time and in this order:\n${list}`);
  }
  if (language !== undefined) parts.push(`Hold the whole interview in the language with the tag "${language}".`);
  return parts.join("\n\n");
}
