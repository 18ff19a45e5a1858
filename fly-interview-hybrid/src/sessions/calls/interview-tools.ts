import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Mark } from "../../records/marks.ts";
import type { ToolCall } from "../../upstreams/call-event.ts";
import type { Tool } from "../../upstreams/upstream.ts";

/** Longer notes are cut, in characters. */
const MAX_NOTE_CHARACTERS = 2000;

/** What the interviewer's model may ask for. They run on the server; the candidate hears nothing of them. */
export const INTERVIEW_TOOLS: readonly Tool[] = [
  {
    name: "end_interview",
    description: "Ends the interview. Use it once, after you have said goodbye to the candidate.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
  },
  {
    name: "note",
    description:
      "Keeps a private note about the interview for the people who evaluate it, such as an observation about an answer. The candidate never sees it. Do not mention it.",
    parameters: {
      type: "object",
      properties: { text: { type: "string", description: "The note, in one or two sentences." } },
      required: ["text"],
      additionalProperties: false,
    },
  },
];

/** What a tool call asks for; `unknown` where it names no tool of ours, or its arguments cannot be used. */
export type ToolRequest =
  | { readonly tool: "end_interview" }
  | { readonly tool: "note"; readonly text: string }
  | "unknown";

const noteSchema = z.object({ text: z.string().check(z.trim(), z.minLength(1)) });

export function readToolCall({ name, arguments: text }: ToolCall): ToolRequest {
  if (name === "end_interview") return { tool: "end_interview" };
  const parsed = name === "note" ? z.safeParse(noteSchema, parse(text)) : undefined;
  return parsed?.success === true ? { tool: "note", text: parsed.data.text.slice(0, MAX_NOTE_CHARACTERS) } : "unknown";
}

/** The note of a tool call. Its id follows from the call, so that a tool call that is heard of twice is noted once. */
export function toNote(place: Pick<Mark, "sessionId" | "callId" | "at">, toolCall: ToolCall, text: string): Mark {
  const hash = createHash("sha256").update(JSON.stringify([place.callId, toolCall.id]));
  return { ...place, id: `mark_${hash.digest("base64url").slice(0, 22)}`, kind: "note", text, counted: null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
