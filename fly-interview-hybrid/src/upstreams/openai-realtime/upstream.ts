import type { Clock } from "../../clock.ts";
import { type ApiOptions, openApi } from "../openai/api.ts";
import { hangUpAt } from "../openai/hang-up.ts";
import { openRawSideband } from "../openai/raw-sideband.ts";
import { SpareConnections } from "../openai/spare-connections.ts";
import type { HistoryBounds, Upstream } from "../upstream.ts";
import { createCall } from "./create-call.ts";
import { attachSideband, openAttachment, type SidebandAddress } from "./sideband.ts";

/** In characters: word by word some ten minutes of talk. */
const HISTORY_BOUNDS: HistoryBounds = {
  utterances: Infinity,
  verbatim: 12_000,
  summary: 4000,
  sizeOf: (text) => text.length,
};

export interface RealtimeOptions extends ApiOptions {
  /** Opens sidebands; mostly the same key. */
  readonly sidebandApiKey: string;
  /** Marks what we say on sidebands, where keys may change while calls run. */
  readonly marksKey?: string | undefined;
  /** Whether a call is made in one request, or by a short-lived key of its own, as on Azure. */
  readonly callCreation: "multipart" | "client_secret";
}

/** OpenAI's Realtime API under a name of the registry, or any server with its surface: the simulator is only another base URL. */
export function openRealtimeUpstream(name: string, options: RealtimeOptions, clock: Clock): Upstream {
  const api = openApi(options, clock);
  const spares = new SpareConnections(options.baseUrl, clock);
  const addressOf = (callId: string): SidebandAddress => ({
    ...options,
    apiKey: options.sidebandApiKey,
    callId,
    spares,
  });
  return {
    name,
    channelIsUnrestricted: true,
    historyBounds: HISTORY_BOUNDS,
    callLimitSeconds: 3600,
    turnsShowAfterMs: 0,
    createCall: (create) => spares.openFor(createCall(api, create, options)),
    hangUp: async (callId) => {
      // A call that is not known is gone.
      const outcome = await hangUpAt(api, `/realtime/calls/${encodeURIComponent(callId)}`, callId);
      return { wasKnown: outcome === "done" };
    },
    attach: (callId, onEvent) => attachSideband(addressOf(callId), clock, onEvent),
    attachRaw: (callId, listener) =>
      openRawSideband((onMessage) => openAttachment(addressOf(callId), clock, onMessage), listener, clock),
    close() {
      spares.close();
      return api.close();
    },
  };
}
