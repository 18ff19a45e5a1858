import * as z from "zod/mini";
import type { CallItem, Speaker } from "../call-event.ts";
import { providerId } from "../openai/tolerant.ts";

const words = z.optional(z.nullable(z.string()));

/** As loose as can be: the provider adds fields and kinds of items without notice. */
export const itemSchema = z.object({
  id: providerId,
  type: z.string(),
  role: z.optional(z.string()),
  status: z.optional(z.nullable(z.string())),
  name: z.optional(z.nullable(z.string())),
  call_id: z.optional(z.nullable(z.string())),
  arguments: z.optional(z.nullable(z.string())),
  content: z.optional(z.nullable(z.array(z.object({ type: z.optional(z.string()), text: words, transcript: words })))),
});
export type Item = z.infer<typeof itemSchema>;

/** An item in no provider's terms. */
export function toCallItem(item: Item): CallItem {
  const parts = item.content ?? [];
  const texts = parts.flatMap(({ text, transcript }) => transcript ?? text ?? []);
  return {
    id: item.id,
    speaker: item.type === "message" ? toSpeaker(item.role) : null,
    // A part without its words makes the whole text unknown: half a text would pass for all of it.
    text: parts.length > 0 && texts.length === parts.length ? texts.join(" ") : null,
    spoken: !parts.some(({ type }) => type === "input_text" || type === "output_text"),
    status: toStatus(item.status),
    ...toToolCall(item),
  };
}

/** Only a call that is written to its end: its arguments come in pieces, and a cancelled response leaves half of them. */
function toToolCall({ type, status, name, call_id: id, arguments: text }: Item): Pick<CallItem, "toolCall"> {
  if (type !== "function_call" || status !== "completed" || !name || !id) return {};
  return { toolCall: { id, name, arguments: text ?? "" } };
}

function toSpeaker(role: string | undefined): Speaker | null {
  if (role === "user") return "candidate";
  return role === "assistant" ? "interviewer" : null;
}

function toStatus(status: string | null | undefined): CallItem["status"] {
  if (status === "in_progress" || status === "incomplete") return status;
  return "complete";
}
