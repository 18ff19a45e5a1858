/** What OpenAI's clients know the ids of calls by, in Realtime and in Live. */
export type CallPrefix = "rtc_" | "live_";

const OURS = "call_";

/** A call's id in a form that OpenAI's clients know. It is ours, as random as before, and says nothing of the provider's. */
export function toClientCallId(callId: string, prefix: CallPrefix): string {
  return prefix + callId.slice(OURS.length);
}

/** Back again; for what is no such id, the id of no call. */
export function fromClientCallId(clientCallId: string, prefix: CallPrefix): string {
  return clientCallId.startsWith(prefix) ? OURS + clientCallId.slice(prefix.length) : "";
}
