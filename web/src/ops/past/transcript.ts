import { type SessionDetails, turnRoleSchema, turnStatusSchema } from "@interview-proxy/protocol";
import * as z from "zod/mini";

const turnSchema = z.object({
  n: z.number(),
  id: z.string(),
  role: turnRoleSchema,
  status: turnStatusSchema,
  /** `null`: unknown, or erased where there is a `textHash`. */
  text: z.nullable(z.string()),
  textHash: z.nullable(z.string()),
  /** The part of it that was heard, where it was interrupted and that is known. */
  heardText: z.nullable(z.string()),
  heardMs: z.nullable(z.number()),
  startedAt: z.nullable(z.string()),
  typed: z.optional(z.boolean()),
});

/** What the page shows of the JSON form of a transcript. */
export const transcriptSchema = z.object({ turns: z.array(turnSchema) });

export type Turn = z.infer<typeof turnSchema>;
export type Mark = SessionDetails["marks"][number];

/** A turn, or what was noted beside it. */
export type Entry =
  | { readonly kind: "turn"; readonly turn: Turn }
  | { readonly kind: "mark"; readonly mark: Mark; readonly key: string };

/** Turns in their order, and each mark before the first turn that began after it. */
export function inOrder(turns: readonly Turn[], marks: readonly Mark[]): readonly Entry[] {
  const waiting: Entry[] = marks.map((mark, index) => ({ kind: "mark", mark, key: `mark-${index}` }));
  const entries: Entry[] = [];
  for (const turn of turns) {
    const begun = turn.startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(turn.startedAt);
    while (waiting[0]?.kind === "mark" && Date.parse(waiting[0].mark.at) < begun) entries.push(...waiting.splice(0, 1));
    entries.push({ kind: "turn", turn });
  }
  return [...entries, ...waiting];
}

/** The words of a turn, by whether they were heard; `[erased]` or nothing where there are none. */
export function wordsOf({ text, textHash, heardText, status }: Turn): {
  readonly heard: string;
  readonly unheard: string;
} {
  if (text === null) return { heard: textHash === null ? "" : "[erased]", unheard: "" };
  const isCut = status === "interrupted" && heardText !== null && text.startsWith(heardText);
  return isCut ? { heard: heardText, unheard: text.slice(heardText.length) } : { heard: text, unheard: "" };
}
