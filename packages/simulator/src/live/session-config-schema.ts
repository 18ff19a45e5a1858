import * as z from "zod/mini";
import { splitTokens } from "../session/tokens.ts";

// The session of the Live API as it is created, strict at every level: one unknown field refuses the whole request.

const MAX_INSTRUCTION_TOKENS = 16_384;

const MAX_INPUT_MESSAGES = 128;
const MAX_INPUT_TOKENS = 8192;

/** What a model reads, and a script does not: any object will do. OpenAI's own types would need its package where ours are used. */
function unread() {
  return z.custom<object>((value) => typeof value === "object" && value !== null);
}

const acknowledgementDelay = { acknowledgement_delay_ms: z.exactOptional(z.number().check(z.gte(0))) };

const message = {
  type: z.exactOptional(z.literal("message")),
  id: z.exactOptional(z.nullable(z.string())),
  status: z.exactOptional(z.nullable(z.enum(["completed", "incomplete"]))),
};

const inputText = z.strictObject({ type: z.exactOptional(z.literal("input_text")), text: z.string() });
const outputText = z.strictObject({ type: z.exactOptional(z.enum(["text", "output_text"])), text: z.string() });

/** Each message has exactly one part. */
const initialItem = z.discriminatedUnion("role", [
  z.strictObject({ ...message, role: z.enum(["developer", "user"]), content: z.tuple([inputText]) }),
  z.strictObject({ ...message, role: z.literal("assistant"), content: z.tuple([outputText]) }),
]);

/** What was said before the session, as its creator puts it. */
export type InitialItem = z.infer<typeof initialItem>;

const tool = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function"),
    name: z.string(),
    description: z.exactOptional(z.nullable(z.string())),
    parameters: z.exactOptional(z.nullable(z.record(z.string(), z.unknown()))),
    strict: z.exactOptional(z.nullable(z.boolean())),
  }),
  ...(
    [
      "web_search",
      "file_search",
      "code_interpreter",
      "shell",
      "image_generation",
      "mcp",
      "custom",
      "namespace",
      "tool_search",
      "programmatic_tool_calling",
      "computer",
      "apply_patch",
    ] as const
  ).map((type) => z.looseObject({ type: z.literal(type) })),
]);

const responses = {
  instructions: z.exactOptional(z.nullable(z.string())),
  max_output_tokens: z.exactOptional(z.nullable(z.int().check(z.gte(16)))),
  parallel_tool_calls: z.exactOptional(z.nullable(z.boolean())),
  reasoning: z.exactOptional(
    z.nullable(
      z.strictObject({
        effort: z.exactOptional(z.nullable(z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]))),
        summary: z.exactOptional(z.nullable(z.enum(["concise", "detailed", "auto"]))),
      }),
    ),
  ),
  service_tier: z.exactOptional(
    z.nullable(z.enum(["auto", "default", "fast_tier_temp_pilot", "flex", "priority", "ultrafast"])),
  ),
  text: z.exactOptional(
    z.nullable(z.strictObject({ verbosity: z.exactOptional(z.nullable(z.enum(["low", "medium", "high"]))) })),
  ),
  tool_choice: z.exactOptional(z.union([z.enum(["auto", "none", "required"]), unread()])),
  tools: z.exactOptional(z.array(tool)),
};

const delegation = z.discriminatedUnion("type", [
  z.strictObject({ ...acknowledgementDelay, type: z.literal("client") }),
  z.strictObject({
    ...acknowledgementDelay,
    type: z.literal("responses"),
    responses: z.strictObject({ model: z.string(), ...responses }),
  }),
  z.strictObject({
    ...acknowledgementDelay,
    type: z.literal("decisions"),
    decisions: z.strictObject({ model: z.string(), questions: z.array(unread()) }),
  }),
]);

const triggers = z.array(
  z.strictObject({
    type: z.literal("decisions"),
    event_type: z.enum(["session.input_transcript.delta", "session.output_transcript.delta"]),
    decisions: z.strictObject({ questions: z.array(unread()) }),
  }),
);

const serverEventSelector = z
  .strictObject({ type: z.string(), response_event: z.exactOptional(z.string()) })
  .check(z.refine(({ type, response_event }) => (type === "response.event") === (response_event !== undefined)));

const dataChannel = z.strictObject({
  allowed_client_events: z.exactOptional(z.union([z.literal("all"), z.array(z.string())])),
  allowed_server_events: z.exactOptional(z.union([z.literal("all"), z.array(serverEventSelector)])),
});

/** What a data channel may send and be sent. */
export type DataChannelConfig = z.infer<typeof dataChannel>;

/** A session as its creator sends it. On WebRTC the audio's format is negotiated, and must not be stated. */
const liveSessionConfigSchema = z.strictObject({
  model: z.string(),
  instructions: z.exactOptional(
    z.nullable(z.string().check(z.refine((text) => splitTokens(text).length <= MAX_INSTRUCTION_TOKENS))),
  ),
  audio: z.exactOptional(
    z.strictObject({
      output: z.exactOptional(
        z.strictObject({ voice: z.exactOptional(z.union([z.string(), z.strictObject({ id: z.string() })])) }),
      ),
    }),
  ),
  input: z.exactOptional(
    z.array(initialItem).check(
      z.maxLength(MAX_INPUT_MESSAGES),
      z.refine((items) => items.flatMap((item) => splitTokens(item.content[0].text)).length <= MAX_INPUT_TOKENS),
    ),
  ),
  delegation: z.exactOptional(z.nullable(delegation)),
  triggers: z.exactOptional(triggers),
  client: z.exactOptional(z.strictObject({ data_channel: dataChannel })),
  safety_identifier: z.exactOptional(z.nullable(z.string())),
  store: z.exactOptional(z.boolean()),
});
export type LiveSessionConfig = z.infer<typeof liveSessionConfigSchema>;

/** Names of the fields of a session, whatever an update may change of them. */
export const SESSION_FIELDS: readonly string[] = Object.keys(liveSessionConfigSchema.def.shape);

/** The body of a create. */
export const liveCreateSchema = z.strictObject({
  session: liveSessionConfigSchema,
  transport: z.strictObject({ type: z.literal("webrtc"), sdp: z.string().check(z.minLength(1)) }),
});

/** What an update may change: of the delegation its settings, and the triggers. */
export const sessionUpdateSchema = z.strictObject({
  delegation: z.exactOptional(
    z.nullable(
      z.discriminatedUnion("type", [
        z.strictObject({ ...acknowledgementDelay, type: z.literal("client") }),
        z.strictObject({
          ...acknowledgementDelay,
          type: z.literal("responses"),
          responses: z.exactOptional(z.strictObject({ model: z.exactOptional(z.string()), ...responses })),
        }),
        z.strictObject({
          ...acknowledgementDelay,
          type: z.literal("decisions"),
          decisions: z.exactOptional(
            z.strictObject({
              model: z.exactOptional(z.string()),
              questions: z.exactOptional(z.array(unread())),
            }),
          ),
        }),
      ]),
    ),
  ),
  triggers: z.exactOptional(triggers),
});
export type SessionUpdate = z.infer<typeof sessionUpdateSchema>;
