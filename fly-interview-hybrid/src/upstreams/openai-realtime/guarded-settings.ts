import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { CallEvent } from "../call-event.ts";
import type { CallPlan } from "../upstream.ts";
import { toSessionUpdate } from "./session-config.ts";

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
type GuardedSession = z.infer<typeof guardedSchema>;

/** Guarded settings one by one: the path of each, and its value as JSON. */
export type GuardedSettings = ReadonlyMap<string, string>;

/** What a plan says of the guarded settings. */
export function plannedSettings(plan: CallPlan): GuardedSettings {
  return settingsOf(guardedSchema.parse(toSessionUpdate(plan)));
}

/**
 * Judges a session that has come into force by what is planned for it. The service fills in what a plan leaves out, and
 * repeats the rest as it was sent (recorded), so the plan's own settings are compared, and a digest stands for all of them.
 */
export function judgeSession(session: GuardedSession, planned: GuardedSettings | undefined): CallEvent {
  const settings = settingsOf(session);
  return {
    type: planned !== undefined && contains(settings, planned) ? "ready" : "drifted",
    // Made where somebody asks: only a call that a page can reach is guarded by it.
    get digest() {
      return digestOf(settings);
    },
  };
}

function contains(settings: GuardedSettings, planned: GuardedSettings): boolean {
  for (const [path, value] of planned) if (settings.get(path) !== value) return false;
  return true;
}

function digestOf(settings: GuardedSettings): string {
  return createHash("sha256")
    .update(JSON.stringify([...settings].toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest("base64url");
}

function settingsOf(session: GuardedSession): GuardedSettings {
  const settings = new Map<string, string>();
  addLeaves(session, "", 0, settings);
  return settings;
}

/** An empty list is a leaf too, so that a list that was filled differs from it. */
function addLeaves(value: unknown, path: string, depth: number, into: Map<string, string>): void {
  if (value === undefined) return;
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.length === 0) into.set(path, JSON.stringify(value));
  else if (depth === MAX_DEPTH) into.set(path, "too deep");
  else
    for (const key of keys)
      addLeaves((value as Readonly<Record<string, unknown>>)[key], `${path}${JSON.stringify(key)}`, depth + 1, into);
}
