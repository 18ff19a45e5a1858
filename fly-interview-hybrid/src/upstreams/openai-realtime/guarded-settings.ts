import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { CallEvent } from "../call-event.ts";

/** No plan is nested so deeply. What is nested deeper counts as one value, because walking it could exhaust the stack. */
const MAX_DEPTH = 50;

const anything = z.optional(z.unknown());

/**
 * What of a session only the proxy may change. The rest cannot change (model, voice) or does no harm (tracing, truncation).
 * `prompt` is instructions by another name.
 */
export const guardedSchema = z.object({
  instructions: anything,
  prompt: anything,
  tools: anything,
  tool_choice: anything,
  max_output_tokens: anything,
  audio: z.optional(z.object({ input: z.optional(z.object({ transcription: anything, turn_detection: anything })) })),
});

/** Guarded settings, as a session or an update of one has them. */
export type GuardedSettings = z.infer<typeof guardedSchema>;

/**
 * Judges a session that has come into force by what is planned for it. The service fills in what a plan leaves out, and
 * repeats the rest as it was sent (recorded), so the plan's own settings are compared, and a digest stands for all of them.
 */
export function judgeSession(session: GuardedSettings, planned: GuardedSettings | undefined): CallEvent {
  return {
    type: planned !== undefined && contains(session, planned, 0) ? "ready" : "drifted",
    // Made where somebody asks: only a call that a page can reach is guarded by it.
    get digest() {
      return digestOf(session);
    },
  };
}

/** Whether each leaf of what is planned is there. */
function contains(value: unknown, planned: unknown, depth: number): boolean {
  if (planned === undefined || value === planned) return true;
  const keys = keysOf(planned);
  if (keys.length === 0) return JSON.stringify(value) === JSON.stringify(planned);
  if (keysOf(value).length === 0) return false;
  return depth === MAX_DEPTH || keys.every((key) => contains(memberOf(value, key), memberOf(planned, key), depth + 1));
}

function digestOf(session: GuardedSettings): string {
  const leaves: [path: string, json: string][] = [];
  addLeaves(session, "", 0, leaves);
  return createHash("sha256")
    .update(JSON.stringify(leaves.toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest("base64url");
}

function addLeaves(value: unknown, path: string, depth: number, into: [path: string, json: string][]): void {
  if (value === undefined) return;
  const keys = keysOf(value);
  if (keys.length === 0) into.push([path, JSON.stringify(value)]);
  else if (depth === MAX_DEPTH) into.push([path, "too deep"]);
  else for (const key of keys) addLeaves(memberOf(value, key), `${path}${JSON.stringify(key)}`, depth + 1, into);
}

/** None for a leaf. An empty list is one too, so that a list that was filled differs from it. */
function keysOf(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function memberOf(value: unknown, key: string): unknown {
  return Object.hasOwn(value as object, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
