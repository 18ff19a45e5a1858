import type { WireEvent } from "../wire-event.ts";
import type { Step } from "../step.ts";
import { need } from "../trial.ts";

/** Looks at all that was said so far. `known`: every event type of the API, as the official package has them. */
export function eventNames(known: Readonly<Record<string, true>>): Step {
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
      const errors = [...new Set(events.flatMap(errorCode))];
      if (errors.length > 0) notes.expect(false, `errors: ${errors.join(" ")}`);
      notes.keep({ types, unknown, errors });
    },
  };
}

/** The documented codes are words of this alphabet; anything else could quote what was sent. */
function errorCode({ type, body }: WireEvent): string[] {
  if (type !== "error") return [];
  const code = String((body["error"] as { readonly code?: unknown } | undefined)?.code);
  return [/^[a-z_]{1,64}$/.test(code) ? code : "unknown"];
}
