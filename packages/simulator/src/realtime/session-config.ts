import { isDeepStrictEqual } from "node:util";
import type { ClientEventError } from "../session/client-event-error.ts";
import type { SessionConfig } from "./session-config-schema.ts";

const DEFAULT_MODEL = "gpt-realtime";

/** Visible in `session.created`, as OpenAI's own default text is. */
const DEFAULT_INSTRUCTIONS = "You are a friendly voice assistant. Keep your answers short and speak at a lively pace.";

/** PCM is what the API reports on WebRTC too, where opus travels regardless. */
const PCM = { type: "audio/pcm", rate: 24000 } as const;

type AudioInput = NonNullable<NonNullable<SessionConfig["audio"]>["input"]>;
type AudioOutput = NonNullable<NonNullable<SessionConfig["audio"]>["output"]>;
type TurnDetectionConfig = NonNullable<AudioInput["turn_detection"]>;

/** Turn detection with every default filled in. */
export type TurnDetection = Required<TurnDetectionConfig> | null;

/** A session in force: every field filled in, as `session.created` and `session.updated` show it. */
export interface EffectiveSession extends Omit<SessionConfig, "audio"> {
  readonly object: "realtime.session";
  readonly id: string;
  /** Unix seconds; 0 while no call exists. */
  readonly expires_at: number;
  readonly model: string;
  readonly audio: {
    readonly input: Required<Omit<AudioInput, "turn_detection">> & { readonly turn_detection: TurnDetection };
    readonly output: Required<AudioOutput>;
  };
}

/** The defaults of a session, and over them what its creator asked for. */
export function createSession(
  config: SessionConfig,
  identity: { readonly id: string; readonly expires_at: number },
): EffectiveSession {
  const model = config.model ?? DEFAULT_MODEL;
  return mergeSession(
    {
      type: "realtime",
      object: "realtime.session",
      ...identity,
      model,
      output_modalities: ["audio"],
      instructions: DEFAULT_INSTRUCTIONS,
      tools: [],
      tool_choice: "auto",
      max_output_tokens: "inf",
      tracing: null,
      truncation: "auto",
      prompt: null,
      audio: {
        input: {
          format: PCM,
          transcription: null,
          noise_reduction: null,
          turn_detection: fillTurnDetection({ type: "server_vad" }, model),
        },
        output: { format: PCM, voice: model === DEFAULT_MODEL ? "alloy" : "marin", speed: 1 },
      },
      include: null,
    },
    config,
  );
}

/** Applies an update: fields that are absent stay, and those under `audio` are merged one by one. */
export function mergeSession(session: EffectiveSession, update: SessionConfig): EffectiveSession {
  const { audio, ...fields } = update;
  const { turn_detection: detection, transcription, ...input } = audio?.input ?? {};
  return {
    ...session,
    ...fields,
    model: session.model,
    audio: {
      input: {
        ...session.audio.input,
        ...input,
        ...(transcription !== undefined && {
          transcription: transcription && { language: null, prompt: null, ...transcription },
        }),
        ...(detection !== undefined && {
          turn_detection: detection && fillTurnDetection(detection, session.model),
        }),
      },
      output: { ...session.audio.output, ...audio?.output },
    },
  };
}

/** What an update may no longer change; `undefined` where it may go ahead. */
export function refuseUpdate(
  session: EffectiveSession,
  update: SessionConfig,
  hasSpoken: boolean,
): ClientEventError | undefined {
  if (update.model !== undefined && update.model !== session.model) {
    return { code: "invalid_value", message: "The model of a session cannot be changed.", param: "session.model" };
  }
  const voice = update.audio?.output?.voice;
  if (hasSpoken && voice !== undefined && !isDeepStrictEqual(voice, session.audio.output.voice)) {
    return {
      code: "cannot_update_voice",
      message: "Cannot update a conversation's voice if assistant audio is present.",
      param: null,
    };
  }
  const tracingIsSet = session.tracing !== null && session.tracing !== undefined;
  if (tracingIsSet && update.tracing !== undefined && !isDeepStrictEqual(update.tracing, session.tracing)) {
    return { code: "invalid_value", message: "Tracing cannot be changed once enabled.", param: "session.tracing" };
  }
  return undefined;
}

function fillTurnDetection(detection: TurnDetectionConfig, model: string): Required<TurnDetectionConfig> {
  const common = { create_response: true, interrupt_response: true };
  if (detection.type === "semantic_vad") {
    return { eagerness: "auto", ...common, ...detection };
  }
  return {
    threshold: 0.5,
    prefix_padding_ms: 300,
    // Recorded: 200 for gpt-realtime, 500 for its successors.
    silence_duration_ms: model === DEFAULT_MODEL ? 200 : 500,
    idle_timeout_ms: null,
    ...common,
    ...detection,
  };
}
