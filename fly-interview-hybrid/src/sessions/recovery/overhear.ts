import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import type { CallEvent, Speaker } from "../../upstreams/call-event.ts";
import type { Upstream } from "../../upstreams/upstream.ts";
import type { KnownCall } from "../calls/call-ledger.ts";

/** Far more than happens in a call while its session changes hands; what is beyond that is found as after an absence. */
const MAX_EVENTS = 5000;

/** How often, and how long at a time in milliseconds, it is waited for the end of what is being said. */
const MAX_WAITS = 16;
const WAIT_MS = 250;

/** A call that is listened to while another process still supervises it. */
export interface Overheard {
  /** The call's provider. The first attach gives the sideband that listens, and what it has heard. */
  readonly upstream: Upstream;
  /** When the listening began, milliseconds since the epoch. */
  readonly since: number;
  /**
   * Fulfilled when everything that was said before shows, told by whoever supervises the call, so that nothing is missed; or when
   * `signal` is aborted. What goes on for long is not waited for.
   */
  heardOut(signal: AbortSignal): Promise<void>;
  /** Whose turn is told that was going on then. What may be the rest of it is heard for nothing. To be called before the attach. */
  skipRestOf(speakers: ReadonlySet<Speaker>): void;
  /** Listens no more. */
  close(): void;
}

/** Attaches to a call ahead of taking it over, so that nobody misses anything in between. Says why where that fails. */
export async function overhear(call: KnownCall, clock: Clock): Promise<Overheard | "gone" | "unreachable"> {
  const heard: CallEvent[] = [];
  const rests = new Set<string>();
  let hear = (event: CallEvent): void => {
    if (heard.length < MAX_EVENTS) heard.push(event);
    if (event.type === "item" && event.mayBeRest === true) rests.add(event.item.id);
    if (event.type === "text") rests.delete(event.itemId);
  };
  const attached = await call.upstream.attach(call.upstreamCallId, (event) => hear(event));
  if (!attached.ok) return attached.reason;
  const { sideband } = attached;

  let told: ReadonlySet<Speaker> = new Set();
  const handOn = (onEvent: (event: CallEvent) => void): void => {
    const skip = skipRests(told);
    hear = (event) => {
      for (const left of skip(event)) onEvent(left);
    };
    for (const event of heard.splice(0).flatMap(leftToTell)) hear(event);
  };
  let attach: Upstream["attach"] = async (_callId, onEvent) => {
    attach = (callId, onLaterEvent) => call.upstream.attach(callId, onLaterEvent);
    const configure: typeof sideband.configure = (plan) => {
      sideband.configure(plan);
      // The first thing that a supervision does with a sideband; when it is done with the others it can hear.
      queueMicrotask(() => handOn(onEvent));
    };
    return { ok: true, sideband: { ...sideband, configure } };
  };
  return {
    upstream: { ...call.upstream, attach: (callId, onEvent) => attach(callId, onEvent) },
    since: clock.now(),
    async heardOut(signal) {
      await pause(clock, call.upstream.turnsShowAfterMs, signal);
      for (let waits = 0; rests.size > 0 && waits < MAX_WAITS && !signal.aborted; waits++)
        await pause(clock, WAIT_MS, signal);
    },
    skipRestOf: (speakers) => void (told = speakers),
    close: () => sideband.close(),
  };
}

/** Leaves out items that may be the rest of a turn that is told, and everything that is said of them. */
function skipRests(told: ReadonlySet<Speaker | null>): (event: CallEvent) => CallEvent[] {
  const rests = new Set<string>();
  return (event) => {
    if (event.type !== "item") {
      const id = "itemId" in event ? event.itemId : "responseId" in event ? event.responseId : "";
      return rests.has(id) ? [] : [event];
    }
    const { previousId, ...placeless } = event;
    if (event.mayBeRest === true && told.has(event.item.speaker)) rests.add(event.item.id);
    if (rests.has(event.item.id)) return [];
    return [typeof previousId === "string" && rests.has(previousId) ? placeless : event];
  };
}

/** Of what happened before the session changed hands, what its owner did not see to: that counted, judged and answered. */
function leftToTell(event: CallEvent): CallEvent[] {
  switch (event.type) {
    case "ready":
    case "drifted":
    case "tampered":
    case "refused":
    case "response_begun":
    case "transcription_used":
    case "unreadable":
      return [];
    case "response_done":
      return [{ ...event, usage: null, items: event.items.filter(({ toolCall }) => toolCall === undefined) }];
    default:
      return [event];
  }
}
