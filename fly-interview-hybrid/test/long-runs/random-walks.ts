import { array, constant, constantFrom, integer, oneof, record, sample, type WeightedArbitrary } from "fast-check";
import type { Fault } from "openai-voice-simulator";
import { asOnRealtime } from "../doors/voice-api.ts";
import type { Cut } from "./sideband-cuts.ts";

/** What a client does. */
const ACTS = [
  "open",
  "offer",
  "exchange",
  "exchange_and_leave",
  "come_back",
  "ping",
  "babble",
  "freeze",
  "close",
  "vanish",
  "disconnect",
  "delete",
] as const;

export interface Step {
  readonly act: (typeof ACTS)[number];
  /** How long the client waits afterwards; with "exchange_and_leave", for its answer at most. */
  readonly ms: number;
}

/** What goes wrong with one create; "stall": the head of its answer comes, and its body never does. */
export type CreateFault = Fault | "none" | "stall";

/** What one person does, and what goes wrong meanwhile. */
export interface Walk {
  readonly startsAfterMs: number;
  readonly steps: readonly Step[];
  /** For the person's creates, one after the other. */
  readonly creates: readonly CreateFault[];
  /** How often a hang-up of one call is refused. */
  readonly refusals: number;
  /** Of one call's sideband. */
  readonly cuts: readonly Cut[];
}

/** All walks begin within this. */
const STARTS_WITHIN_MS = 45_000;

const MAX_STEPS = 8;

function between(min: number, max: number, weight: number): WeightedArbitrary<number> {
  return { weight, arbitrary: integer({ min, max }) };
}

function one(fault: CreateFault, weight: number): WeightedArbitrary<CreateFault> {
  return { weight, arbitrary: constant(fault) };
}

/** Shorter than a client's patience, about as long, and longer than anybody waits for the answer. */
function slow(kind: "latency" | "late_answer"): readonly WeightedArbitrary<CreateFault>[] {
  return [between(50, 4000, 4), between(8000, 20_000, 1), between(70_000, 90_000, 1)].map(({ arbitrary, weight }) => ({
    arbitrary: arbitrary.map((ms): CreateFault => ({ kind, ms })),
    weight,
  }));
}

const createFault = oneof(
  one("none", 30),
  one("stall", 2),
  one({ kind: "http", status: 401 }, 1),
  one({ kind: "http", status: 429, retryAfterSeconds: 2 }, 2),
  one({ kind: "http", status: 500 }, 1),
  one({ kind: "http", status: 503 }, 1),
  ...slow("latency"),
  ...slow("late_answer"),
  one({ kind: "hang" }, 1),
  one({ kind: "hang", afterCreate: true }, 1),
  one({ kind: "reset" }, 1),
  one({ kind: "reset", afterCreate: true }, 1),
  ...(["empty", "html", "json", "truncated", "no_location", "bad_location"] as const).map((form) =>
    one({ kind: "malformed_answer", form }, 1),
  ),
  one({ kind: "early_close" }, 2),
  {
    arbitrary: integer({ min: 0, max: 15_000 }).map((afterMs): CreateFault => ({ kind: "drop_call", afterMs })),
    weight: 5,
  },
  // Where a call can only be ended on a sideband, one that never takes any cannot be ended by anybody.
  one(asOnRealtime("a hang-up") ? { kind: "sideband_404" } : "none", 1),
  one({ kind: "sideband_404", forMs: 700 }, 2),
  one({ kind: "transcription_failed" }, 2),
);

const step = record({
  act: oneof(
    { weight: 8, arbitrary: constant("offer" as const) },
    { weight: 4, arbitrary: constant("come_back" as const) },
    ...ACTS.map((act) => ({ weight: 2, arbitrary: constant(act) })),
  ),
  ms: oneof(between(0, 300, 4), between(300, 4000, 4), between(4000, 12_000, 2)),
});

const walk = record({
  startsAfterMs: integer({ min: 0, max: STARTS_WITHIN_MS }),
  // Whoever begins with an offer has a session.
  first: record({ act: constantFrom("offer" as const, "exchange" as const), ms: integer({ min: 0, max: 6000 }) }),
  others: array(step, { maxLength: MAX_STEPS - 1 }),
  creates: array(createFault, { minLength: MAX_STEPS, maxLength: MAX_STEPS }),
  refusals: oneof(between(0, 0, 4), between(1, 5, 1)),
  cuts: array(
    record({ atEvent: integer({ min: 1, max: 90 }), awayMs: oneof(between(0, 500, 3), between(500, 60_000, 1)) }),
    { maxLength: 2 },
  ),
}).map(({ first, others, ...rest }): Walk => ({ ...rest, steps: [first, ...others] }));

/** What goes wrong with as many creates, one after the other; the same for the same seed. */
export function randomCreateFaults(count: number, seed: number): readonly CreateFault[] {
  return sample(createFault, { numRuns: count, seed });
}

/** As many walks as asked for; the same ones for the same seed. */
export function randomWalks(count: number, seed: number): readonly Walk[] {
  return sample(walk, { numRuns: count, seed });
}

/** True where a fault can hide from the proxy that a call was made, or which. */
export function canHideCall(fault: CreateFault): boolean {
  if (fault === "stall") return !asOnRealtime("a new call");
  if (fault === "none") return false;
  switch (fault.kind) {
    case "hang":
    case "reset":
      return true;
    case "http":
      return fault.status >= 500;
    case "malformed_answer":
      if (fault.form === "no_location" || fault.form === "bad_location") return true;
      return !asOnRealtime("a new call") && fault.form !== "truncated";
    case "latency":
    case "late_answer":
      // A proxy that stops waits no longer.
      return fault.ms > 15_000;
    default:
      return false;
  }
}
