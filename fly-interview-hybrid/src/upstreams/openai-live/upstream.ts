import { setMaxListeners } from "node:events";
import type { Clock } from "../../clock.ts";
import { type ApiOptions, openApi } from "../openai/api.ts";
import { openRawSideband } from "../openai/raw-sideband.ts";
import { SpareConnections } from "../openai/spare-connections.ts";
import type { Upstream } from "../upstream.ts";
import { createCall } from "./create-call.ts";
import { hangUp } from "./hang-up.ts";
import { HISTORY_BOUNDS } from "./history.ts";
import type { SessionOptions } from "./session-config.ts";
import { TURNS_SHOW_AFTER_MS } from "./spoken-turns.ts";
import { attachSideband, openAttachment, type SidebandAddress } from "./sideband.ts";

export interface LiveOptions extends ApiOptions, SessionOptions {
  /** Opens sidebands; mostly the same key. */
  readonly sidebandApiKey: string;
}

/** A call that is over is hung up at once, so that the oldest of so many were. */
const MAX_OVER = 1000;

/** OpenAI's Live API under a name of the registry, or any server with its surface, such as Azure or the simulator. */
export function openLiveUpstream(name: string, options: LiveOptions, clock: Clock): Upstream {
  const api = openApi(options, clock);
  const spares = new SpareConnections(options.baseUrl, clock);
  const closing = new AbortController();
  // Any number of hang-ups are under way when a process stops.
  setMaxListeners(0, closing.signal);
  /** Calls of which the service has said that they are closed: what it answers to a hang-up of those is not documented. */
  const over = new Set<string>();
  const noteOver = (callId: string): void => {
    over.add(callId);
    const [oldest = ""] = over;
    if (over.size > MAX_OVER) over.delete(oldest);
  };
  const addressOf = (callId: string): SidebandAddress => ({
    ...options,
    apiKey: options.sidebandApiKey,
    callId,
    spares,
  });
  return {
    name,
    channelIsUnrestricted: options.leavesOut.includes("client"),
    historyBounds: HISTORY_BOUNDS,
    // Not documented: what those report who have run into it.
    callLimitSeconds: 7200,
    turnsShowAfterMs: TURNS_SHOW_AFTER_MS,
    createCall: (create) => spares.openFor(createCall(api, create, options)),
    async hangUp(callId) {
      if (over.delete(callId)) return {};
      return hangUp(api, addressOf(callId), { clock, signal: closing.signal });
    },
    attach: (callId, onEvent) =>
      attachSideband(addressOf(callId), clock, (event) => {
        if (event.type === "over") noteOver(callId);
        onEvent(event);
      }),
    attachRaw: (callId, listener) =>
      openRawSideband((onMessage) => openAttachment(addressOf(callId), clock, onMessage), listener, clock),
    close() {
      closing.abort();
      spares.close();
      return api.close();
    },
  };
}
