import * as z from "zod/mini";
import { parseJson } from "../json-text.ts";
import { itemSchema } from "./item-schema.ts";
import { responseParamsSchema, sessionConfigSchema } from "./session-config-schema.ts";
import { type ClientEventError, describeIssue } from "./client-event-error.ts";

const eventId = { event_id: z.exactOptional(z.string().check(z.maxLength(512))) };
const itemId = z.string();

const clientEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...eventId, type: z.literal("session.update"), session: sessionConfigSchema }),
  z.strictObject({ ...eventId, type: z.literal("response.create"), response: z.exactOptional(responseParamsSchema) }),
  z.strictObject({ ...eventId, type: z.literal("response.cancel"), response_id: z.exactOptional(z.string()) }),
  z.strictObject({
    ...eventId,
    type: z.literal("conversation.item.create"),
    item: itemSchema,
    previous_item_id: z.exactOptional(z.nullable(z.string())),
  }),
  z.strictObject({ ...eventId, type: z.literal("conversation.item.retrieve"), item_id: itemId }),
  z.strictObject({ ...eventId, type: z.literal("conversation.item.delete"), item_id: itemId }),
  z.strictObject({
    ...eventId,
    type: z.literal("conversation.item.truncate"),
    item_id: itemId,
    content_index: z.int(),
    audio_end_ms: z.int().check(z.gte(0)),
  }),
  z.strictObject({ ...eventId, type: z.literal("output_audio_buffer.clear") }),
  z.strictObject({ ...eventId, type: z.literal("input_audio_buffer.append"), audio: z.string() }),
  z.strictObject({ ...eventId, type: z.literal("input_audio_buffer.clear") }),
  z.strictObject({ ...eventId, type: z.literal("input_audio_buffer.commit") }),
]);

/** Every client event of the API that has an effect on a WebRTC call. */
export type ClientEvent = z.infer<typeof clientEventSchema>;

/** One event of a given type. */
export type ClientEventOf<T extends ClientEvent["type"]> = Extract<ClientEvent, { type: T }>;

/** One text frame of a client: its event, or why it was refused. */
export type ClientFrame = {
  /** The frame as JSON, or as text where it is none. */
  readonly value: unknown;
  /** Its type and id as far as it has any. */
  readonly type: string;
  readonly eventId: string | null;
} & ({ readonly ok: true; readonly event: ClientEvent } | { readonly ok: false; readonly error: ClientEventError });

const headSchema = z.object({ type: z.string(), event_id: z.exactOptional(z.string()) });

/** Reads one text frame of the data channel or a sideband. */
export function parseClientFrame(text: string): ClientFrame {
  const value = parseJson(text);
  const head = headSchema.safeParse(value);
  if (!head.success) {
    const error = describeIssue(head.error, value, "");
    return { ok: false, error, value: value ?? text, type: "", eventId: null };
  }
  const frame = { value, type: head.data.type, eventId: head.data.event_id ?? null };
  const parsed = clientEventSchema.safeParse(value);
  return parsed.success
    ? { ...frame, ok: true, event: parsed.data }
    : { ...frame, ok: false, error: describeIssue(parsed.error, value, "") };
}
