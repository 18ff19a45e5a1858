import type { WireEvent } from "../wire-event.ts";
import type { Step } from "../step.ts";
import { need } from "../trial.ts";

/**
 * Looks at all that was said so far. `known`: every event type of the API, as the official package has them. `refused`: the id of
 * an event of ours that is meant to be refused.
 */
export function eventNames(known: Readonly<Record<string, true>>, refused?: string): Step {
  return {
    name: "events",
    expects: "every event is of a type that the official package knows, is understood, and is no error",
    check(trial, notes) {
      need(trial, "callId");
      const events = [trial.peer.channelEvents, trial.wire.sideband.events].flatMap((heard) =>
        heard.events.map(({ value }) => value),
      );
      const types = [...new Set(events.map(({ type }) => type))].toSorted();
      const unknown = types.filter((type) => !Object.hasOwn(known, type));
      notes.see(`${types.length} types`);
      if (unknown.length > 0) notes.expect(false, `new: ${unknown.join(" ")}`);

      const unread = trial.callEvents.events.filter(({ value }) => value.type === "unreadable").length;
      if (unread > 0) notes.expect(false, `${unread} not understood`);
      const errors = [...new Set(events.flatMap((event) => errorCode(event, refused)))];
      if (errors.length > 0) notes.expect(false, `errors: ${errors.join(" ")}`);
      notes.keep({ types, unknown, errors });
    },
  };
}

/** The documented codes are words of this alphabet; anything else could quote what was sent. */
function errorCode({ type, body }: WireEvent, refused: string | undefined): string[] {
  if (type !== "error") return [];
  const { code, client_event_id: about } = { ...(body["error"] as { code?: unknown; client_event_id?: unknown }) };
  if (refused !== undefined && about === refused) return [];
  return [/^[a-z_]{1,64}$/.test(String(code)) ? String(code) : "unknown"];
}
