import { withDelta, withTurn } from "./captions.ts";
import type { TalkMessage } from "./signalling/signalling.ts";
import type { InterviewSnapshot } from "./snapshot.ts";

type Talk = Pick<InterviewSnapshot, "captions" | "speaking">;

/** What changes when the server tells of the talk. */
export function heard({ captions, speaking }: Talk, message: TalkMessage): Partial<Talk> {
  if (message.type === "speaking") return { speaking: { ...speaking, [message.role]: message.active } };
  return { captions: message.type === "turn" ? withTurn(captions, message) : withDelta(captions, message) };
}
