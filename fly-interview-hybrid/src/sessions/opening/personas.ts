import { voiceModelOf } from "../../config/config.ts";
import { invalidField } from "../../errors.ts";
import type { SessionBrief } from "../../records/session-brief.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import type { CallPlan } from "../../upstreams/upstream.ts";
import { INTERVIEW_TOOLS } from "../calls/interview-tools.ts";

/** The persona of a session that names none. */
export const DEFAULT_PERSONA = "interviewer";

const REALTIME_VOICES = "alloy ash ballad cedar coral echo marin sage shimmer verse".split(" ");

/** Those that the Live API's reference and guides name beside them; VOICE may be any other one. */
const LIVE_VOICES =
  "beacon brise cinder delta flitz gleam harema juni meridian nira noeul nuri quartz ripple shida shitan sillage stone tempo vesper willow".split(
    " ",
  );

/** Voices of each API. Each is a persona too: the default instructions in that voice. */
const VOICES = { realtime: new Set(REALTIME_VOICES), live: new Set([...REALTIME_VOICES, ...LIVE_VOICES]) };

/** Throws INVALID_MESSAGE, with the field that carried it, for a name that is no persona of the tenant's. */
export function checkPersona(persona: string, field: string, { personas, voices, config }: Tenant): void {
  if (persona === DEFAULT_PERSONA || personas.some(({ name }) => name === persona)) return;
  const isVoice = voices?.includes(persona) ?? VOICES[config.VOICE_API].has(persona);
  if (!isVoice) throw invalidField(field);
}

/** What the persona and the brief of a session mean for its calls. */
export function planOf(
  { persona, brief }: { readonly persona: string; readonly brief: SessionBrief },
  { personas, config }: Tenant,
): CallPlan {
  const own = personas.find(({ name }) => name === persona);
  return {
    model: voiceModelOf(config),
    voice: own !== undefined || persona === DEFAULT_PERSONA ? (own?.voice ?? config.VOICE) : persona,
    instructions: instructionsOf(brief, own?.instructions ?? config.INTERVIEW_INSTRUCTIONS),
    transcriptionModel: config.TRANSCRIPTION_MODEL,
    language: brief.language,
    tools: INTERVIEW_TOOLS,
  };
}

function instructionsOf({ instructions, questions = [], language }: SessionBrief, general: string): string {
  const parts = [instructions ?? general];
  if (questions.length > 0) {
    const list = questions.map((question, index) => `${index + 1}. ${question}`).join("\n");
    parts.push(`Ask these questions, one at a time and in this order:\n${list}`);
  }
  if (language !== undefined) parts.push(`Hold the whole interview in the language with the tag "${language}".`);
  return parts.join("\n\n");
}
