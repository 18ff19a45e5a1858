import * as z from "zod/mini";
import { parseJson } from "../json-text.ts";
import { type ClientEventError, describeIssue } from "./client-event-error.ts";

/** One text frame of a client: its event, or why it was refused. */
export type ClientFrame<Event> = {
  /** The frame as JSON, or as text where it is none. */
  readonly value: unknown;
  /** Its type and id as far as it has any. */
  readonly type: string;
  readonly eventId: string | null;
} & ({ readonly ok: true; readonly event: Event } | { readonly ok: false; readonly error: ClientEventError });

const headSchema = z.object({ type: z.string(), event_id: z.optional(z.nullable(z.string())) });

/** Reads a text frame of the data channel or a sideband as one of the events that a schema knows. */
export function parseFrame<Event>(text: string, schema: z.ZodMiniType<Event>): ClientFrame<Event> {
  const value = parseJson(text);
  const head = headSchema.safeParse(value);
  if (!head.success) {
    const error = describeIssue(head.error, value, "");
    return { ok: false, error, value: value ?? text, type: "", eventId: null };
  }
  const frame = { value, type: head.data.type, eventId: head.data.event_id ?? null };
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ...frame, ok: true, event: parsed.data }
    : { ...frame, ok: false, error: describeIssue(parsed.error, value, "") };
}
