import { readFile, stat } from "node:fs/promises";
import * as z from "zod/mini";

/** What is read of the record that `npm run canary` leaves. */
const recordSchema = z.object({
  canary: z.literal(1),
  at: z.iso.datetime(),
  steps: z.array(z.object({ verdict: z.string() })),
});

export interface CanaryOutcome {
  /** When it ran, in milliseconds since the epoch. */
  readonly at: number;
  readonly holds: boolean;
}

/** Returns what reads the last outcome; `undefined` where there is no record. A file is parsed once for each time it changes. */
export function openCanaryOutcome(file: string): () => Promise<CanaryOutcome | undefined> {
  let known: { readonly changedAt: number; readonly outcome: CanaryOutcome | undefined } | undefined;
  return async () => {
    try {
      const { mtimeMs } = await stat(file);
      if (known?.changedAt !== mtimeMs)
        known = { changedAt: mtimeMs, outcome: toOutcome(await readFile(file, "utf8")) };
      return known.outcome;
    } catch {
      return undefined;
    }
  };
}

/** A record that cannot be read says that the canary does not do what it should. */
function toOutcome(text: string): CanaryOutcome {
  const record = recordSchema.safeParse(parse(text));
  if (!record.success) return { at: 0, holds: false };
  const { at, steps } = record.data;
  return { at: Date.parse(at), holds: steps.length > 0 && steps.every(({ verdict }) => verdict === "ok") };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
