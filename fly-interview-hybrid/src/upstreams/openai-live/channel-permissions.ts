import type { DataChannelConfig } from "openai/resources/live/live";
import type { ChannelUse } from "../upstream.ts";

const CAPTIONS_AND_STATE = [
  "session.input_transcript.delta",
  "session.output_transcript.delta",
  "session.input_audio.muted",
  "session.input_audio.unmuted",
  "session.usage.updated",
  "error",
  "info",
];

/** These carry the whole session: the instructions, the tools and what was said in earlier calls. */
const WHOLE_SESSION = ["session.started", "session.updated", "session.closed"];

/** What the data channel of a page lets through, each way. Nothing that a page may send instructs the interviewer. */
export function toPermissions(channel: ChannelUse): DataChannelConfig {
  if (channel === "sealed") return { allowed_client_events: [], allowed_server_events: [] };
  const told = channel === "revealing" ? [...WHOLE_SESSION, ...CAPTIONS_AND_STATE] : CAPTIONS_AND_STATE;
  return {
    allowed_client_events: ["session.input_audio.mute", "session.input_audio.unmute"],
    allowed_server_events: told.map((type) => ({ type })),
  };
}
