import * as z from "zod/mini";

const status = z.exactOptional(z.enum(["completed", "incomplete", "in_progress"]));
const identity = {
  id: z.exactOptional(z.string().check(z.maxLength(64))),
  object: z.exactOptional(z.literal("realtime.item")),
  status,
};

const inputText = z.strictObject({ type: z.literal("input_text"), text: z.string() });

const message = z.discriminatedUnion("role", [
  z.strictObject({ ...identity, type: z.literal("message"), role: z.literal("system"), content: z.array(inputText) }),
  z.strictObject({
    ...identity,
    type: z.literal("message"),
    role: z.literal("user"),
    content: z.array(
      z.discriminatedUnion("type", [
        inputText,
        z.strictObject({
          type: z.literal("input_audio"),
          audio: z.exactOptional(z.string()),
          transcript: z.exactOptional(z.string()),
        }),
        z.strictObject({
          type: z.literal("input_image"),
          image_url: z.string(),
          detail: z.exactOptional(z.enum(["auto", "low", "high"])),
        }),
      ]),
    ),
  }),
  z.strictObject({
    ...identity,
    type: z.literal("message"),
    role: z.literal("assistant"),
    // Assistant audio cannot be seeded: a model never accepts speech as its own.
    content: z.array(z.strictObject({ type: z.literal("output_text"), text: z.string() })),
  }),
]);

/** An item as clients may create it. */
export const itemSchema = z.discriminatedUnion("type", [
  message,
  z.strictObject({
    ...identity,
    type: z.literal("function_call"),
    name: z.string(),
    arguments: z.string(),
    call_id: z.exactOptional(z.string()),
  }),
  z.strictObject({ ...identity, type: z.literal("function_call_output"), call_id: z.string(), output: z.string() }),
]);
