import * as z from "zod/mini";

// The session object of the API, strict at every level: OpenAI refuses the whole request for one unknown field.

const audioFormat = z.union([
  z.strictObject({ type: z.literal("audio/pcm"), rate: z.exactOptional(z.literal(24000)) }),
  z.strictObject({ type: z.literal("audio/pcmu") }),
  z.strictObject({ type: z.literal("audio/pcma") }),
]);

const turnDetection = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("server_vad"),
    threshold: z.exactOptional(z.number().check(z.gte(0), z.lte(1))),
    prefix_padding_ms: z.exactOptional(z.int().check(z.gte(0))),
    silence_duration_ms: z.exactOptional(z.int().check(z.gte(0))),
    idle_timeout_ms: z.exactOptional(z.nullable(z.int().check(z.gte(5000), z.lte(30_000)))),
    create_response: z.exactOptional(z.boolean()),
    interrupt_response: z.exactOptional(z.boolean()),
  }),
  z.strictObject({
    type: z.literal("semantic_vad"),
    eagerness: z.exactOptional(z.enum(["low", "medium", "high", "auto"])),
    create_response: z.exactOptional(z.boolean()),
    interrupt_response: z.exactOptional(z.boolean()),
  }),
]);

const transcription = z.strictObject({
  model: z.exactOptional(z.string()),
  language: z.exactOptional(z.nullable(z.string())),
  languages: z.exactOptional(z.array(z.string())),
  prompt: z.exactOptional(z.nullable(z.string())),
  keywords: z.exactOptional(z.array(z.string())),
  delay: z.exactOptional(z.enum(["minimal", "low", "medium", "high", "xhigh"])),
});

const noiseReduction = z.strictObject({
  type: z.enum(["near_field", "far_field"]),
  strength: z.exactOptional(z.number()),
});

const audioInput = z.strictObject({
  format: z.exactOptional(audioFormat),
  noise_reduction: z.exactOptional(z.nullable(noiseReduction)),
  transcription: z.exactOptional(z.nullable(transcription)),
  turn_detection: z.exactOptional(z.nullable(turnDetection)),
});

const voiceSchema = z.union([z.string(), z.strictObject({ id: z.string() })]);

const audioOutput = z.strictObject({
  format: z.exactOptional(audioFormat),
  speed: z.exactOptional(z.number().check(z.gte(0.25), z.lte(1.5))),
  voice: z.exactOptional(voiceSchema),
});

/** What a tool's parameters or an MCP server's filters look like is the model's business. */
const anyJson = z.record(z.string(), z.unknown());

const tool = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function"),
    name: z.string(),
    description: z.exactOptional(z.string()),
    parameters: z.exactOptional(z.unknown()),
  }),
  z.strictObject({
    type: z.literal("mcp"),
    server_label: z.string(),
    server_url: z.exactOptional(z.string()),
    connector_id: z.exactOptional(z.string()),
    tunnel_id: z.exactOptional(z.string()),
    authorization: z.exactOptional(z.string()),
    headers: z.exactOptional(z.nullable(z.record(z.string(), z.string()))),
    allowed_tools: z.exactOptional(z.nullable(z.union([z.array(z.string()), anyJson]))),
    require_approval: z.exactOptional(z.nullable(z.union([z.enum(["always", "never"]), anyJson]))),
    server_description: z.exactOptional(z.string()),
    defer_loading: z.exactOptional(z.boolean()),
    allowed_callers: z.exactOptional(z.nullable(z.array(z.string()))),
  }),
]);

const toolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.strictObject({ type: z.literal("function"), name: z.string() }),
  z.strictObject({ type: z.literal("mcp"), server_label: z.string(), name: z.exactOptional(z.nullable(z.string())) }),
]);

const tracing = z.union([
  z.literal("auto"),
  z.strictObject({
    workflow_name: z.exactOptional(z.string()),
    group_id: z.exactOptional(z.string()),
    metadata: z.exactOptional(anyJson),
  }),
]);

const truncation = z.union([
  z.enum(["auto", "disabled"]),
  z.strictObject({
    type: z.literal("retention_ratio"),
    retention_ratio: z.number().check(z.gte(0), z.lte(1)),
    token_limits: z.exactOptional(z.strictObject({ post_instructions: z.exactOptional(z.int()) })),
  }),
]);

const prompt = z.strictObject({
  id: z.string(),
  version: z.exactOptional(z.nullable(z.string())),
  variables: z.exactOptional(z.nullable(anyJson)),
});

/** Fields that a session and a single response have in common. */
const generation = {
  instructions: z.exactOptional(z.string()),
  // "audio" includes the transcript; the two cannot be had together.
  output_modalities: z.exactOptional(z.union([z.tuple([z.literal("audio")]), z.tuple([z.literal("text")])])),
  tools: z.exactOptional(z.array(tool)),
  tool_choice: z.exactOptional(toolChoice),
  parallel_tool_calls: z.exactOptional(z.boolean()),
  reasoning: z.exactOptional(
    z.strictObject({ effort: z.exactOptional(z.enum(["minimal", "low", "medium", "high", "xhigh"])) }),
  ),
  max_output_tokens: z.exactOptional(z.union([z.int().check(z.gte(1), z.lte(4096)), z.literal("inf")])),
  prompt: z.exactOptional(z.nullable(prompt)),
};

/** A session as clients send it: with a call, with a client secret, in `session.update`. */
export const sessionConfigSchema = z.strictObject({
  type: z.literal("realtime"),
  model: z.exactOptional(z.string()),
  audio: z.exactOptional(z.strictObject({ input: z.exactOptional(audioInput), output: z.exactOptional(audioOutput) })),
  tracing: z.exactOptional(z.nullable(tracing)),
  truncation: z.exactOptional(truncation),
  include: z.exactOptional(z.nullable(z.array(z.literal("item.input_audio_transcription.logprobs")))),
  ...generation,
});
export type SessionConfig = z.infer<typeof sessionConfigSchema>;

/** The parameters of one `response.create`. */
export const responseParamsSchema = z.strictObject({
  conversation: z.exactOptional(z.enum(["auto", "none"])),
  // Read by a model, not by a script: any list of items is accepted.
  input: z.exactOptional(z.array(anyJson)),
  metadata: z.exactOptional(z.nullable(z.record(z.string(), z.string()))),
  audio: z.exactOptional(
    z.strictObject({
      output: z.exactOptional(
        z.strictObject({ format: z.exactOptional(audioFormat), voice: z.exactOptional(voiceSchema) }),
      ),
    }),
  ),
  ...generation,
});
export type ResponseParams = z.infer<typeof responseParamsSchema>;
