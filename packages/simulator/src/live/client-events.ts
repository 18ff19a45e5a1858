import * as z from "zod/mini";
import { type ClientFrame, parseFrame } from "../session/client-frame.ts";

const eventId = { event_id: z.exactOptional(z.nullable(z.string())) };

const append = { ...eventId, content: z.string().check(z.minLength(1)), delegation_id: z.nullable(z.string()) };

const clientEventSchema = z.discriminatedUnion("type", [
  // What of a session may be updated is checked by the session, which knows what it is now.
  z.strictObject({ ...eventId, type: z.literal("session.update"), session: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ...eventId, type: z.literal("session.input_audio.mute") }),
  z.strictObject({ ...eventId, type: z.literal("session.input_audio.unmute") }),
  z.strictObject({ ...append, type: z.literal("session.instructions.append") }),
  z.strictObject({ ...append, type: z.literal("session.thinking.append") }),
  z.strictObject({ ...append, type: z.literal("session.commentary.append") }),
  z.strictObject({
    ...eventId,
    type: z.literal("response.item.create"),
    item: z.discriminatedUnion("type", [
      z.looseObject({ type: z.literal("function_call_output"), call_id: z.string(), output: z.unknown() }),
      // Read by a model, not by a script.
      z.looseObject({ type: z.exactOptional(z.literal("message")), role: z.string(), content: z.unknown() }),
    ]),
  }),
  z.strictObject({ ...eventId, type: z.literal("response.create") }),
  z.strictObject({ ...eventId, type: z.literal("session.close") }),
  // What belongs to another transport, or to what is not simulated, is known, and refused as that.
  z.looseObject({
    ...eventId,
    type: z.enum([
      "session.start",
      "session.input_audio.append",
      "session.output_audio.fixture.play",
      "decision.create",
      "decision.item.create",
      "decision.item.delete",
      "transport.dtmf.send",
    ]),
  }),
]);

/** Every client event of the API that a data channel or a sideband may send. */
export type LiveClientEvent = z.infer<typeof clientEventSchema>;

/** One event of a given type. */
export type LiveClientEventOf<T extends LiveClientEvent["type"]> = Extract<LiveClientEvent, { type: T }>;

/** Reads one text frame of the data channel or a sideband. */
export function parseLiveFrame(text: string): ClientFrame<LiveClientEvent> {
  return parseFrame(text, clientEventSchema);
}
