import type { Clock } from "../../clock.ts";
import { type ApiOptions, openApi } from "../openai/api.ts";
import { hangUpAt } from "../openai/hang-up.ts";
import { openRawSideband } from "../openai/raw-sideband.ts";
import type { Upstream } from "../upstream.ts";
import { createCall } from "./create-call.ts";
import { attachSideband, type SidebandAddress, socketTo } from "./sideband.ts";

export interface RealtimeOptions extends ApiOptions {
  /** Opens sidebands; mostly the same key. */
  readonly sidebandApiKey: string;
}

/** OpenAI's Realtime API under a name of the registry, or any server with its surface: the simulator is only another base URL. */
export function openRealtimeUpstream(name: string, options: RealtimeOptions, clock: Clock): Upstream {
  const api = openApi(options, clock);
  const addressOf = (callId: string): SidebandAddress => ({ ...options, apiKey: options.sidebandApiKey, callId });
  return {
    name,
    createCall: (create) => createCall(api, create, options.createTimeoutMs),
    hangUp: (callId) => hangUpAt(api, `/realtime/calls/${encodeURIComponent(callId)}`, callId),
    attach: (callId, onEvent) => attachSideband(addressOf(callId), clock, onEvent),
    attachRaw: (callId, listener) => openRawSideband(socketTo(addressOf(callId)), listener, clock),
    close: () => api.close(),
  };
}
