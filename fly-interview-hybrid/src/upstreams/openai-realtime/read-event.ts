import type { RealtimeServerEvent } from "openai/resources/realtime/realtime";
import * as z from "zod/mini";
import type { CallEvent, CallItem, Speaker } from "../call-event.ts";
import { safeCode } from "../openai/refusals.ts";
import { toExpiry, unixSeconds } from "../openai/expiry.ts";
import { isProviderId, parseJson, providerId } from "../openai/tolerant.ts";
import { type GuardedSettings, guardedSchema, judgeSession } from "./guarded-settings.ts";
import type { OwnMarks } from "./own-marks.ts";
import { type Item, itemSchema, toCallItem } from "./read-item.ts";
import { responseUsageSchema, toResponseUsage, toTranscriptionUsed } from "./read-usage.ts";

/** Begins the names of our updates; a mark follows. A page that could forge a refusal could shake the sideband off. */
export const UPDATE_PREFIX = "proxy_update:";

/** Under which our responses carry a mark in their metadata. Their instructions come back in no event. */
export const MARK_KEY = "proxy";

/** Begins the names of our retrieves; the item's id follows. */
export const RETRIEVE_PREFIX = "proxy_retrieve:";

/** What is ours in a call, to tell it from what others put there. */
export interface Ours {
  /** `undefined` until the plan was sent. */
  readonly planned: GuardedSettings | undefined;
  readonly marks: OwnMarks;
}

type EventName = RealtimeServerEvent["type"];
type Reader = (value: unknown, ours: Ours) => readonly CallEvent[] | undefined;

/** Reads what a schema accepts; `undefined` for anything else. */
function reader<T>(schema: z.ZodMiniType<T>, read: (event: T, ours: Ours) => CallEvent | readonly CallEvent[]): Reader {
  return (value, ours) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return undefined;
    const events = read(parsed.data, ours);
    return Array.isArray(events) ? (events as readonly CallEvent[]) : [events as CallEvent];
  };
}

const sessionUpdated = z.object({ session: z.extend(guardedSchema, { expires_at: unixSeconds }) });
const ofItem = z.object({ item_id: providerId });
const ofResponse = z.object({ response_id: providerId });
const inConversation = z.object({ item: itemSchema, previous_item_id: z.optional(z.nullable(providerId)) });
const inResponse = z.object({ item: itemSchema, response_id: providerId });
const responseDone = z.object({
  response: z.object({
    id: providerId,
    status: z.optional(z.nullable(z.string())),
    output: z.optional(z.nullable(z.array(z.unknown()))),
    usage: z.optional(z.nullable(responseUsageSchema)),
  }),
});

const errorEvent = z.object({
  error: z.object({
    code: z.optional(z.nullable(z.string())),
    event_id: z.optional(z.nullable(z.string())),
  }),
});

const responseCreated = z.object({
  response: z.object({ metadata: z.optional(z.nullable(z.object({ [MARK_KEY]: z.optional(z.unknown()) }))) }),
});

/** What the proxy itself has put into the conversation was said before, or is nobody's utterance. */
function callItemOf(item: Item, { marks }: Ours): CallItem {
  const callItem = toCallItem(item);
  return marks.has(item.id) ? { ...callItem, speaker: null } : callItem;
}

const placedItem = reader(inConversation, ({ item, previous_item_id: previousId }, ours) => [
  { type: "item", item: callItemOf(item, ours), ...(previousId === undefined ? {} : { previousId }) },
  ...injected(item, ours),
]);

/** Recorded: `conversation.item.done` says `null` of an item that has a predecessor, so only a name counts there. */
const finishedItem = reader(inConversation, ({ item, previous_item_id: previousId }, ours) => ({
  type: "item",
  item: callItemOf(item, ours),
  ...(typeof previousId === "string" ? { previousId } : {}),
}));

const responseItem = reader(inResponse, ({ item, response_id: responseId }) => ({
  type: "item",
  item: toCallItem(item),
  responseId,
}));

/** Words are most of what comes. Two types are looked at in place: a schema takes as long as all else of reading them (measured). */
const words =
  (speaker: Speaker): Reader =>
  (value) => {
    const { item_id: itemId, delta: text = "" } = value as { readonly item_id?: unknown; readonly delta?: unknown };
    return isProviderId(itemId) && typeof text === "string" ? [{ type: "delta", itemId, speaker, text }] : undefined;
  };

/** How to read each event that matters. Every other one is passed over. */
const readers: Partial<Record<EventName, Reader>> = {
  "session.updated": reader(sessionUpdated, ({ session: { expires_at: expiresAt, ...guarded } }, { planned }) => [
    judgeSession(guarded, planned),
    ...toExpiry(expiresAt),
  ]),
  "conversation.item.added": placedItem,
  "conversation.item.created": placedItem,
  "conversation.item.done": finishedItem,
  "conversation.item.retrieved": reader(z.object({ item: itemSchema }), ({ item }, ours) => [
    { type: "retrieved", item: callItemOf(item, ours) },
    ...injected(item, ours),
  ]),
  "conversation.item.deleted": reader(ofItem, ({ item_id: itemId }, { marks }) =>
    // Else the id could be used again, for other words.
    marks.has(itemId) ? { type: "tampered", itemId, how: "removed" } : [],
  ),
  "conversation.item.truncated": reader(
    z.object({ item_id: providerId, audio_end_ms: z.number().check(z.nonnegative()) }),
    ({ item_id: itemId, audio_end_ms: heardMs }) => ({ type: "truncated", itemId, heardMs }),
  ),
  "conversation.item.input_audio_transcription.delta": words("candidate"),
  "conversation.item.input_audio_transcription.completed": reader(
    z.object({ item_id: providerId, transcript: z.string(), usage: z.optional(z.nullable(z.unknown())) }),
    ({ item_id: itemId, transcript: text, usage }) => [
      { type: "text", itemId, speaker: "candidate", text, spoken: true },
      ...toTranscriptionUsed(usage),
    ],
  ),
  "conversation.item.input_audio_transcription.failed": reader(ofItem, ({ item_id: itemId }) => ({
    type: "transcription_failed",
    itemId,
  })),
  "input_audio_buffer.speech_started": reader(ofItem, ({ item_id: itemId }) => ({
    type: "candidate_speaking",
    itemId,
    active: true,
  })),
  "input_audio_buffer.speech_stopped": reader(ofItem, ({ item_id: itemId }) => ({
    type: "candidate_speaking",
    itemId,
    active: false,
  })),
  "input_audio_buffer.committed": reader(
    z.object({ item_id: providerId, previous_item_id: z.optional(z.nullable(providerId)) }),
    ({ item_id: itemId, previous_item_id: previousId }) =>
      previousId === undefined ? [] : { type: "placed", itemId, previousId },
  ),
  "output_audio_buffer.started": reader(ofResponse, ({ response_id: responseId }) => ({
    type: "interviewer_speaking",
    responseId,
    state: "started",
  })),
  "output_audio_buffer.stopped": reader(ofResponse, ({ response_id: responseId }) => ({
    type: "interviewer_speaking",
    responseId,
    state: "finished",
  })),
  "output_audio_buffer.cleared": reader(ofResponse, ({ response_id: responseId }) => ({
    type: "interviewer_speaking",
    responseId,
    state: "cut",
  })),
  "response.created": reader(responseCreated, ({ response }, { marks }) => {
    const mark = response.metadata?.[MARK_KEY];
    return { type: "response_begun", ours: typeof mark === "string" && marks.has(mark) };
  }),
  "response.output_item.added": responseItem,
  "response.output_item.done": responseItem,
  "response.output_audio_transcript.delta": words("interviewer"),
  "response.output_text.delta": words("interviewer"),
  "response.output_audio_transcript.done": reader(
    z.object({ item_id: providerId, transcript: z.string() }),
    ({ item_id: itemId, transcript: text }) => ({ type: "text", itemId, speaker: "interviewer", text, spoken: true }),
  ),
  "response.output_text.done": reader(
    z.object({ item_id: providerId, text: z.string() }),
    ({ item_id: itemId, text }) => ({ type: "text", itemId, speaker: "interviewer", text, spoken: false }),
  ),
  "response.done": reader(responseDone, ({ response }) => ({
    type: "response_done",
    responseId: response.id,
    status: toResponseStatus(response.status),
    // One output of a new kind must not cost the response its end.
    items: (response.output ?? []).flatMap((output) => {
      const item = itemSchema.safeParse(output);
      return item.success ? [toCallItem(item.data)] : [];
    }),
    usage: response.usage ? toResponseUsage(response.usage) : null,
  })),
  error: reader(errorEvent, ({ error: { code, event_id: cause } }, { marks }) => {
    if (cause?.startsWith(UPDATE_PREFIX) === true)
      return marks.has(cause.slice(UPDATE_PREFIX.length)) ? { type: "refused", code: safeCode(code) } : [];
    if (cause?.startsWith(RETRIEVE_PREFIX) !== true) return [];
    return { type: "not_retrieved", itemId: cause.slice(RETRIEVE_PREFIX.length) };
  }),
};

/**
 * What one text frame of the sideband means. Unknown events mean nothing, because the provider adds some without notice;
 * what is no event at all, or a known one with a field missing, is `unreadable`. Never throws.
 */
export function readEvents(text: string, ours: Ours): readonly CallEvent[] {
  const value = parseJson(text);
  const type = (value as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== "string") return UNREADABLE;
  const read = Object.hasOwn(readers, type) ? readers[type as EventName] : undefined;
  return read === undefined ? [] : (read(value, ours) ?? UNREADABLE);
}

const UNREADABLE: readonly CallEvent[] = [{ type: "unreadable" }];

function injected({ id, role }: Item, { marks }: Ours): readonly CallEvent[] {
  return role === "system" && !marks.has(id) ? [{ type: "tampered", itemId: id, how: "injected" }] : [];
}

function toResponseStatus(status: string | null | undefined): Extract<CallEvent, { type: "response_done" }>["status"] {
  return status === "cancelled" || status === "failed" || status === "incomplete" ? status : "completed";
}
