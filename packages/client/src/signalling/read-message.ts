import { MAX_MESSAGE_BYTES, parseServerMessage, type ServerMessage } from "@interview-proxy/protocol";
import type { EventLog } from "../event-log.ts";

/** What a frame says, noted in the log; `undefined` for anything unknown. */
export function readMessage(data: unknown, log: EventLog): ServerMessage | undefined {
  const message = typeof data === "string" && data.length <= MAX_MESSAGE_BYTES ? parseServerMessage(data) : undefined;
  if (!message) log.add("received", "unknown");
  // Words by the dozen would push everything else out of the log, and so would the heartbeat.
  else if (message.type !== "transcript_delta" && message.type !== "pong")
    log.add("received", message.type, detailOf(message));
  return message;
}

/** What the log keeps of a message besides its type. */
function detailOf(message: ServerMessage): string | undefined {
  if (message.type === "error") return message.code;
  if (message.type === "ended" || message.type === "disconnected" || message.type === "reoffer") return message.reason;
  return message.type === "state" ? message.state : undefined;
}
