import type { InitialItem } from "openai/resources/live/live";
import { EARLIER_QUESTIONS } from "../openai/hand-over-words.ts";
import type { Conversation, HistoryBounds, SaidBefore } from "../upstream.ts";
import { mostTokens } from "./token-bounds.ts";

/** What a message costs beside its words. */
const MESSAGE_TOKENS = 8;

/**
 * The service takes 128 messages and 8,192 tokens with a create. One message is the questions of long before, and some tokens
 * are left for what stands before them.
 */
export const HISTORY_BOUNDS: HistoryBounds = {
  utterances: 120,
  verbatim: 6200,
  summary: 1500,
  sizeOf: (text) => mostTokens(text) + MESSAGE_TOKENS,
};

/** What was said in earlier calls, as the beginning of a new one. */
export function toInput({ said, summary }: Conversation): InitialItem[] {
  const earlier: InitialItem[] =
    summary === undefined
      ? []
      : [
          {
            type: "message",
            role: "developer",
            content: [{ type: "input_text", text: `${EARLIER_QUESTIONS}\n${summary}` }],
          },
        ];
  return [...earlier, ...said.map(toItem)];
}

function toItem({ speaker, text }: SaidBefore): InitialItem {
  return speaker === "interviewer"
    ? { type: "message", role: "assistant", content: [{ type: "output_text", text }] }
    : { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

/** What was said since the create, to be told to the interviewer; `undefined`: nothing. */
export function toLateWords({ said }: Conversation): string | undefined {
  const late = said.filter(({ isLate }) => isLate);
  if (late.length === 0) return undefined;
  const lines = late.map(({ speaker, text }) => `${speaker === "interviewer" ? "You" : "The candidate"}: ${text}`);
  return `After that, this was said:\n${lines.join("\n")}`;
}
