import type { WebhookEvent } from "@interview-proxy/protocol";
import { derivedId } from "../ids.ts";
import { toIsoTime, toIsoTimeOrNull } from "../iso-time.ts";
import type { Mark } from "./marks.ts";
import type { SessionRecord } from "./records.ts";
import type { TranscriptSeal } from "./turns.ts";
import type { Warning } from "./webhooks.ts";

/** An event that is to be told. What is written twice has the same id. */
export interface NewEvent {
  readonly id: string;
  readonly event: WebhookEvent;
}

type TimesOf = Pick<SessionRecord, "id" | "startedAt" | "deadline" | "interruptedAt" | "endedAt">;

/** A session has started. */
export function eventOfStart(
  { id, deadline, consentedAt }: Pick<SessionRecord, "id" | "deadline" | "consentedAt">,
  startedAt: number,
): NewEvent {
  const consent = consentedAt === null ? {} : { consentedAt: toIsoTime(consentedAt) };
  const data = { sessionId: id, deadline: toIsoTime(deadline), ...consent };
  return toEvent(startedAt, { type: "session.started", data });
}

/** What a change makes of a session; nothing where it was that before. `now`: when the change is written. */
export function eventsOfChange(
  before: TimesOf,
  change: Partial<Pick<SessionRecord, "endReason" | "endedAt" | "deadline" | "interruptedAt">>,
  now: number,
): readonly NewEvent[] {
  const { id: sessionId, startedAt } = before;
  const { interruptedAt, endedAt, endReason, deadline = before.deadline } = change;
  const events: NewEvent[] = [];
  if (typeof interruptedAt === "number" && before.interruptedAt === null)
    events.push(toEvent(interruptedAt, { type: "session.interrupted", data: { sessionId } }, interruptedAt));
  if (interruptedAt === null && before.interruptedAt !== null) {
    const data = { sessionId, deadline: toIsoTime(deadline) };
    // It is named by the interruption that is over, because a write that is done again is done later.
    events.push(toEvent(now, { type: "session.resumed", data }, before.interruptedAt));
  }
  if (typeof endedAt === "number" && endReason != null && before.endedAt === null) {
    if (endReason === "budget_exceeded")
      events.push(toEvent(endedAt, { type: "budget.exhausted", data: { sessionId } }));
    const data = { sessionId, reason: endReason, startedAt: toIsoTimeOrNull(startedAt) };
    events.push(toEvent(endedAt, { type: "session.ended", data }));
  }
  return events;
}

/** A transcript was signed. */
export function eventOfSeal({ sessionId, turns }: TranscriptSeal, now: number): NewEvent {
  return toEvent(now, { type: "transcript.ready", data: { sessionId, turns } });
}

/** What a page did; `undefined` for a note, which is private. */
export function eventOfMark({ id, sessionId, at, kind, counted }: Mark): NewEvent | undefined {
  if (kind === "note") return undefined;
  return toEvent(at, { type: "policy.violation", data: { sessionId, kind, counted: counted === true } }, id);
}

export function eventOfWarning({ sessionId, at, remainingSeconds }: Warning): NewEvent {
  return toEvent(at, { type: "limit.warning", data: { sessionId, remainingSeconds } }, remainingSeconds);
}

type WithoutTime<Event> = Event extends WebhookEvent ? Omit<Event, "timestamp"> : never;

/** `which`: tells it apart from others of its type in its session, where there can be others. */
function toEvent(at: number, { type, data }: WithoutTime<WebhookEvent>, which: string | number = ""): NewEvent {
  const event = { type, timestamp: toIsoTime(at), data } as WebhookEvent;
  return { id: derivedId("msg_", data.sessionId, type, String(which)), event };
}
