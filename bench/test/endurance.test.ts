import { describe, expect, test } from "vitest";
import { type Aftermath, brokenPromises } from "../endurance/chaos-report.ts";
import { plannedLives } from "../endurance/lives.ts";
import type { Holding } from "../endurance/process-watch.ts";
import { randomOf } from "../endurance/random.ts";
import { brokenBounds, type SoakRun } from "../endurance/soak-report.ts";
import { Tally } from "../endurance/steady-load.ts";
import { type EndedCall, faultOfEnded } from "../../fly-interview-hybrid/test/long-runs/ended-calls.ts";

function holding(change: Partial<Holding> = {}): Holding {
  const nothing = { minute: 0, rssMiB: 90, longestBlockMs: 0, cpuMs: 0 };
  return { ...nothing, heapMiB: 20, descriptors: { socket: 5 }, resources: { Timeout: 9 }, ...change };
}

function tally(change: (tally: Tally) => void = () => undefined): Tally {
  const held = new Tally();
  held.interviews = 3;
  change(held);
  return held;
}

const chaos: Aftermath = {
  minutes: 1,
  places: 3,
  seed: 1,
  tally: tally(),
  faults: {},
  mishaps: 0,
  base: holding(),
  left: holding(),
  sessions: 3,
  endless: [],
  leftCalls: 1,
  watchedCalls: 0,
  possibleOrphans: 1,
  notTold: [],
  webhooks: { taken: 3, again: 0, refused: 0 },
  deaths: 0,
  complaints: { "the records cannot be written": 1 },
  load: [1],
};

const CHAOS_BREAKS: Record<string, Partial<Aftermath>> = {
  "a transcript differs": { tally: tally(({ faults }) => void faults.push("differs")) },
  "no interview was held": { tally: new Tally() },
  "a session has no end": { endless: ["ses_1"] },
  "a call is watched": { watchedCalls: 1 },
  "a call is left that is not on record": { leftCalls: 2 },
  "an end was not told once": { notTold: ["ses_1"] },
  "the proxy ended by itself": { deaths: 1 },
  "the heap has grown": { left: holding({ heapMiB: 36 }) },
  "sockets are left": { left: holding({ descriptors: { socket: 16 } }) },
  "timers are left": { left: holding({ resources: { Timeout: 20 } }) },
};

const soak: SoakRun = {
  hours: 0.01,
  places: 3,
  tally: tally(),
  base: holding(),
  holdings: [holding()],
  left: holding(),
  controls: [],
  unwatched: [],
  orphans: [],
  complaints: [],
  notTold: [],
  looks: 1,
  load: [1],
};

/** So many minutes in which heap and process grow by so much each, in MiB. */
function growing(minutes: number, mib: number): Partial<SoakRun> {
  const holdings = Array.from({ length: minutes }, (_, minute) =>
    holding({ minute, heapMiB: 20 + minute * mib, rssMiB: 90 + minute * mib }),
  );
  const times = holdings.map(({ minute }) => ({ minute, ms: 20 }));
  return {
    hours: minutes / 60,
    holdings,
    controls: times,
    tally: tally(({ connects }) => void connects.push(...times)),
  };
}

const SOAK_BREAKS: Record<string, Partial<SoakRun>> = {
  "a transcript differs": { tally: tally(({ faults }) => void faults.push("differs")) },
  "no interview was held": { tally: new Tally() },
  "one was not let in": { tally: tally(({ refused }) => void (refused["full"] = 1)) },
  "nobody watched a call": { unwatched: ["rtc_1"] },
  "a call was left": { orphans: ["rtc_1"] },
  "an end was not told once": { notTold: ["ses_1"] },
  "an error was logged": { complaints: ["error"] },
  "sockets are left": { left: holding({ descriptors: { socket: 16 } }) },
  "heap and process grow": growing(40, 1),
};

describe("a run ends with 0", () => {
  test("where nothing was broken", () => {
    expect(brokenPromises(chaos)).toEqual([]);
    expect(brokenBounds(soak)).toEqual([]);
    expect(brokenBounds({ ...soak, ...growing(40, 0) })).toEqual([]);
  });

  test.for(Object.entries(CHAOS_BREAKS))("and chaos with 1 where %s", ([, change]) => {
    expect(brokenPromises({ ...chaos, ...change })).toHaveLength(1);
  });

  test.for(Object.entries(SOAK_BREAKS))("and a soak with 1 where %s", ([what, change]) => {
    expect(brokenBounds({ ...soak, ...change })).toHaveLength(what === "heap and process grow" ? 2 : 1);
  });
});

test("a seed draws the same lives and the same faults again, and another one others", () => {
  const lives = (seed: number): readonly unknown[] => {
    const planned = plannedLives(seed);
    return Array.from({ length: 20 }, () => planned.next().value);
  };
  const numbers = (seed: number): readonly number[] => Array.from({ length: 20 }, randomOf(seed, "test"));
  expect(lives(1)).toEqual(lives(1));
  expect(lives(1)).not.toEqual(lives(2));
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
});

describe("a transcript", () => {
  const [q1, a1, q2, a2] = [
    ["interviewer", "complete", "Who are you?", null],
    ["candidate", "complete", "Ada.", null],
    ["interviewer", "complete", "And what do you do?", null],
    ["candidate", "complete", "Engines.", null],
  ] as const;
  const nobody = ["unknown", "gap", null, null] as const;
  const said = [q1, a1, q2, a2];
  const call: EndedCall = { said, goingOn: [], lastLine: 2 };

  test.for([
    ["with every turn", said],
    ["with a gap of nobody for some", [q1, nobody, a2]],
    ["with a gap of its speaker for one", [q1, a1, ["interviewer", "gap", null, null] as const, a2]],
    ["with a gap where nothing is missing", [q1, a1, nobody, q2, a2]],
  ] as const)("holds %s", ([, transcribed]) => {
    expect(faultOfEnded([call], transcribed)).toBeUndefined();
  });

  test.for([
    ["lacks a turn", [q1, q2, a2]],
    ["lacks turns at the end", [q1, a1]],
    ["has one twice", [q1, a1, a1, q2, a2]],
    ["has them in another order", [q1, a1, a2, q2]],
    ["has a gap of one speaker for several turns", [q1, ["candidate", "gap", null, null] as const, a2]],
    ["has other words", [q1, ["candidate", "complete", "Eve.", null] as const, q2, a2]],
    ["has a line as cut off that was not", [["interviewer", "interrupted", "Who", null] as const, a1, q2, a2]],
  ] as const)("does not hold where it %s", ([, transcribed]) => {
    expect(faultOfEnded([call], transcribed)).toBeDefined();
  });

  test("may lack what was still going on when the session ended, and no more", () => {
    expect(faultOfEnded([{ ...call, goingOn: [3] }], [q1, a1, q2])).toBeUndefined();
    expect(faultOfEnded([{ ...call, goingOn: [3] }], [q1, a1])).toBeDefined();
  });
});
