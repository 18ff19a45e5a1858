import type { ServerEvent } from "openai/resources/live/live";
import * as z from "zod/mini";
import { unixSeconds } from "../openai/expiry.ts";
import { safeCode } from "../openai/refusals.ts";
import { lenient, parseJson } from "../openai/tolerant.ts";
import type { AppendKind } from "./pending-appends.ts";
import type { Fragment } from "./spoken-turns.ts";

/** What the service tells over the sideband, as far as it matters. */
export type LiveEvent =
  | { readonly type: "session"; readonly isStart: boolean; readonly expiresAt: number | undefined }
  | { readonly type: "fragment"; readonly fragment: Fragment }
  | { readonly type: "taken"; readonly kind: AppendKind; readonly id: string | undefined; readonly startMs: number }
  | { readonly type: "response"; readonly event: unknown; readonly delegationId: string | undefined }
  | { readonly type: "lasted"; readonly seconds: number }
  | { readonly type: "closed"; readonly reason: string | undefined; readonly seconds: number | undefined }
  | { readonly type: "error"; readonly code: string; readonly id: string | undefined }
  | { readonly type: "unreadable" };

type EventName = Exclude<ServerEvent["type"], `transport.${string}`>;
type Reader = (value: unknown) => LiveEvent | undefined;

/** Reads what a schema accepts; `undefined` for anything else. */
function reader<T>(schema: z.ZodMiniType<T>, read: (event: T) => LiveEvent): Reader {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? read(parsed.data) : undefined;
  };
}

const milliseconds = z.number().check(z.nonnegative());
const words = z.object({ delta: z.string(), start_ms: milliseconds, end_ms: milliseconds });
const session = z.object({ session: lenient(z.object({ expires_at: unixSeconds })) });
const appended = z.object({ client_event_id: lenient(z.string()), start_ms: milliseconds });
const seconds = z.object({ seconds: milliseconds });

const transcript = (speaker: Fragment["speaker"]): Reader =>
  reader(words, ({ delta: text, start_ms: startMs, end_ms: endMs }) => ({
    type: "fragment",
    fragment: { speaker, text, startMs, endMs: Math.max(startMs, endMs) },
  }));
const ofSession = (isStart: boolean): Reader =>
  reader(session, (event) => ({ type: "session", isStart, expiresAt: event.session?.expires_at }));
const acknowledgement = (kind: AppendKind): Reader =>
  reader(appended, ({ client_event_id: id, start_ms: startMs }) => ({ type: "taken", kind, id, startMs }));

/** How to read each event that matters. Every other one is passed over. */
const readers: Partial<Record<EventName, Reader>> = {
  "session.started": ofSession(true),
  "session.updated": ofSession(false),
  "session.input_transcript.delta": transcript("candidate"),
  "session.output_transcript.delta": transcript("interviewer"),
  "session.instructions.appended": acknowledgement("instructions"),
  "session.thinking.appended": acknowledgement("thinking"),
  "response.event": reader(
    z.object({ event: z.unknown(), delegation_id: lenient(z.string()) }),
    ({ event, delegation_id: delegationId }) => ({ type: "response", event, delegationId }),
  ),
  "session.usage.updated": reader(z.object({ usage: seconds }), ({ usage }) => ({ type: "lasted", ...usage })),
  "session.closed": reader(z.object({ reason: lenient(z.string()), usage: lenient(seconds) }), ({ reason, usage }) => ({
    type: "closed",
    reason,
    seconds: usage?.seconds,
  })),
  error: reader(
    z.object({ error: z.object({ code: z.unknown(), client_event_id: lenient(z.string()) }) }),
    ({ error: { code, client_event_id: id } }) => ({ type: "error", code: safeCode(code), id }),
  ),
};

/**
 * What one text frame of the sideband means; `undefined`: nothing that matters. What is no event at all, or a known one with a
 * field missing, is `unreadable`. Never throws.
 */
export function readEvent(text: string): LiveEvent | undefined {
  const value = parseJson(text);
  const type = (value as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== "string") return UNREADABLE;
  const read = Object.hasOwn(readers, type) ? readers[type as EventName] : undefined;
  return read === undefined ? undefined : (read(value) ?? UNREADABLE);
}

const UNREADABLE: LiveEvent = { type: "unreadable" };
