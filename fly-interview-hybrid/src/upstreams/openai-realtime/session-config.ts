import type { RealtimeSessionCreateRequest } from "openai/resources/realtime/realtime";
import type { CallPlan } from "../upstream.ts";

/** The session part of the create. */
export function toSessionConfig(plan: CallPlan): RealtimeSessionCreateRequest {
  const { audio, ...rest } = toSessionUpdate(plan);
  return { ...rest, model: plan.model, audio: { ...audio, output: { voice: plan.voice } } };
}

/**
 * The same without what cannot change once the call is up: the model, and the voice as soon as it has spoken. GA
 * refuses a whole update for one field too many.
 */
export function toSessionUpdate(plan: CallPlan): RealtimeSessionCreateRequest {
  // The service knows languages by their ISO 639 codes, without a region.
  const language = plan.language?.split("-", 1)[0];
  return {
    type: "realtime",
    instructions: plan.instructions,
    // Said although it is the default, so that our update undoes what a page may have set before it.
    max_output_tokens: "inf",
    output_modalities: ["audio"],
    tools: plan.tools.map((tool) => ({ type: "function", ...tool })),
    tool_choice: "auto",
    audio: {
      input: {
        // Without it no text of what the candidate says exists anywhere.
        transcription: { model: plan.transcriptionModel, ...(language !== undefined && { language }) },
        // Without it nothing that is heard is answered, transcribed or billed.
        turn_detection: plan.isSilent ? null : { type: "server_vad", create_response: true, interrupt_response: true },
      },
    },
  };
}
