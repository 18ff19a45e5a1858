import type { Clock } from "../../clock.ts";
import { type ApiOptions, openApi } from "../openai/api.ts";
import { openRawSideband } from "../openai/raw-sideband.ts";
import type { Upstream } from "../upstream.ts";
import { createCall } from "./create-call.ts";
import { hangUp } from "./hang-up.ts";
import { HISTORY_BOUNDS } from "./history.ts";
import type { SessionOptions } from "./session-config.ts";
import { attachSideband, openAttachment, type SidebandAddress } from "./sideband.ts";

export interface LiveOptions extends ApiOptions, SessionOptions {
  /** Opens sidebands; mostly the same key. */
  readonly sidebandApiKey: string;
}

/** OpenAI's Live API under a name of the registry, or any server with its surface, such as Azure or the simulator. */
export function openLiveUpstream(name: string, options: LiveOptions, clock: Clock): Upstream {
  const api = openApi(options, clock);
  const closing = new AbortController();
  const addressOf = (callId: string): SidebandAddress => ({ ...options, apiKey: options.sidebandApiKey, callId });
  return {
    name,
    channelIsUnrestricted: options.leavesOut.includes("client"),
    historyBounds: HISTORY_BOUNDS,
    // Not documented: what those report who have run into it.
    callLimitSeconds: 7200,
    createCall: (create) => createCall(api, create, options),
    hangUp: (callId) => hangUp(api, addressOf(callId), { clock, signal: closing.signal }),
    attach: (callId, onEvent) => attachSideband(addressOf(callId), clock, onEvent),
    attachRaw: (callId, listener) =>
      openRawSideband((onMessage) => openAttachment(addressOf(callId), clock, onMessage), listener, clock),
    close() {
      closing.abort();
      return api.close();
    },
  };
}
