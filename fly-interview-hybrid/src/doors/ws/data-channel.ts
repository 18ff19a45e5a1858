import type { ServerMessageOf } from "@interview-proxy/protocol";
import { type Config, needsDataChannel } from "../../config/config.ts";

/** What a tenant's browsers are told of the data channel, by its configuration. */
export function dataChannelOf(
  config: Pick<Config, "VOICE_API" | "LIVE_NEEDS_DATA_CHANNEL" | "DATA_CHANNEL">,
): ServerMessageOf<"initialized">["dataChannel"] {
  if (needsDataChannel(config)) return "required";
  return config.DATA_CHANNEL === "open" ? "optional" : "none";
}
