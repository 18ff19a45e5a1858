import * as z from "zod/mini";
import { type ClientFrame, parseFrame } from "../session/client-frame.ts";
import { itemSchema } from "./item-schema.ts";
import { responseParamsSchema, sessionConfigSchema } from "./session-config-schema.ts";

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

/** Reads one text frame of the data channel or a sideband. */
export function parseClientFrame(text: string): ClientFrame<ClientEvent> {
  return parseFrame(text, clientEventSchema);
}
