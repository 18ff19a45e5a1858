import { describe, expect, test } from "vitest";
import { Guard, type Verdict, type Violation } from "../../src/supervision/guard.ts";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";

const PLAN: CallEvent = { type: "ready", digest: "plan" };
const GRACE_MS = 5000;

interface GuardUnderTest {
  readonly guard: Guard;
  readonly clock: FakeClock;
  /** Each violation: its kind, with an exclamation mark where it counted. */
  readonly told: readonly string[];
  readonly judge: (...events: readonly CallEvent[]) => readonly Verdict[];
}

function createGuard(endsAfter = 2): GuardUnderTest {
  const clock = createFakeClock();
  const told: string[] = [];
  const onViolation = ({ kind, counted }: Violation): void => void told.push(counted ? `${kind}!` : kind);
  const guard = new Guard(clock, { endsAfter, alreadyCounted: 0, onViolation });
  guard.attached();
  return { guard, clock, told, judge: (...events) => events.map((event) => guard.judge(event)) };
}

/** A guard whose plan is in force, and whose grace is over. */
async function strictGuard(endsAfter?: number): Promise<GuardUnderTest> {
  const under = createGuard(endsAfter);
  under.judge(PLAN);
  await under.clock.advance(GRACE_MS + 1);
  return under;
}

function drift(digest = "own instructions"): CallEvent {
  return { type: "drifted", digest };
}

function injected(itemId: string): CallEvent {
  return { type: "tampered", itemId, how: "injected" };
}

describe("drift", () => {
  test("is corrected, and the second time ends the call", async () => {
    const { judge, told } = await strictGuard();
    expect(judge(drift(), PLAN)).toEqual(["correct", "in_force"]);
    expect(judge(drift())).toEqual(["violated"]);
    expect(told).toEqual(["drift!", "drift!"]);
  });

  test("of what the plan leaves out is drift as any other", async () => {
    const { judge, told } = await strictGuard();
    expect(judge({ type: "ready", digest: "plan and a tool" }, PLAN)).toEqual(["correct", "in_force"]);
    expect(told).toEqual(["drift!"]);
  });

  test("is counted once while it is being corrected, and corrected once", async () => {
    const { judge, told } = await strictGuard();
    expect(judge(drift(), drift(), drift(), PLAN)).toEqual(["correct", "pass", "pass", "in_force"]);
    expect(told).toEqual(["drift!"]);
  });

  test("of another kind counts meanwhile; what is on its way corrects it too", async () => {
    const { judge, told } = await strictGuard(3);
    expect(judge(drift("a"), drift("b"), PLAN)).toEqual(["correct", "pass", "in_force"]);
    expect(told).toEqual(["drift!", "drift!"]);
    expect(judge(drift("c"))).toEqual(["violated"]);
  });

  test("within five seconds of the beginning is corrected and told, and does not count", async () => {
    const { judge, told, clock } = createGuard();
    judge(PLAN);
    for (const second of [1, 2, 3, 4, 5]) {
      await clock.advance(1000);
      expect(judge(drift(`${second}`), PLAN)).toEqual(["correct", "in_force"]);
    }
    expect(told).toEqual(["drift", "drift", "drift", "drift", "drift"]);
    await clock.advance(1);
    judge(drift(), PLAN);
    expect(told.at(-1)).toBe("drift!");
  });

  test("before the plan is in force waits for it: it is on its way", async () => {
    const { judge, told, clock } = createGuard();
    await clock.advance(60_000);
    expect(judge(drift(), PLAN)).toEqual(["pass", "in_force"]);
    expect(told).toEqual(["drift"]);
  });

  test("ends nothing where the settings say so, and is corrected for ever", async () => {
    const { judge, told } = await strictGuard(0);
    for (let count = 0; count < 1000; count++) expect(judge(drift(), PLAN)).toEqual(["correct", "in_force"]);
    expect(told).toHaveLength(100);
  });

  test("whose correction is refused ends the call at once", () => {
    const { judge } = createGuard();
    expect(judge(PLAN, drift(), { type: "refused", code: "x" })).toEqual(["in_force", "correct", "violated"]);
  });
});

describe("what is ours", () => {
  test("is no drift, however many echoes of it come", async () => {
    const { judge, told } = await strictGuard();
    expect(judge(PLAN, PLAN, drift(), PLAN, PLAN)).toEqual(["in_force", "in_force", "correct", "in_force", "in_force"]);
    expect(told).toEqual(["drift!"]);
  });

  test("is no drift on a new sideband; what drifted meanwhile is corrected by what was sent on it", async () => {
    const { guard, judge, told } = await strictGuard();
    expect(judge(drift())).toEqual(["correct"]);
    guard.attached();
    expect(judge(drift(), PLAN)).toEqual(["pass", "in_force"]);
    expect(told).toEqual(["drift!"]);
  });

  test("may be refused on a new sideband without a violation", async () => {
    const { guard, judge, told } = await strictGuard();
    guard.attached();
    expect(judge({ type: "refused", code: "x" })).toEqual(["pass"]);
    expect(told).toEqual([]);
  });

  test("begins its time anew for nobody: the grace is that of the first sideband", async () => {
    const { guard, judge, told } = await strictGuard();
    guard.attached();
    judge(PLAN, drift());
    expect(told).toEqual(["drift!"]);
  });

  test("a provider that tells no digest is believed", () => {
    const { judge } = createGuard();
    expect(judge({ type: "ready" }, { type: "ready" })).toEqual(["in_force", "in_force"]);
  });
});

describe("words put in or taken out", () => {
  test("count once each, however often they are told of, and together with drift", async () => {
    const { judge, told } = await strictGuard(3);
    expect(judge(injected("a"), injected("a"), { type: "tampered", itemId: "a", how: "removed" })).toEqual([
      "pass",
      "pass",
      "pass",
    ]);
    expect(told).toEqual(["injected!", "removed!"]);
    expect(judge(drift())).toEqual(["violated"]);
  });

  test("at the beginning are told and do not count", () => {
    const { judge, told } = createGuard(1);
    expect(judge(injected("a"), PLAN, injected("b"))).toEqual(["pass", "in_force", "pass"]);
    expect(told).toEqual(["injected", "injected"]);
  });
});

describe("responses", () => {
  const ours: CallEvent = { type: "response_begun", ours: true };
  const other: CallEvent = { type: "response_begun", ours: false };
  const utterance: CallEvent = { type: "placed", itemId: "item_1", previousId: null };

  test("that we asked for, or that answer an utterance, are explained", async () => {
    const { judge, told } = await strictGuard();
    judge(ours, utterance, other, ours, utterance, other);
    expect(told).toEqual([]);
  });

  test("that nothing explains are told; they never count, because what they were told to say does not show", async () => {
    const { judge, told } = await strictGuard(1);
    judge(utterance, other);
    expect(judge(other, other)).toEqual(["pass", "pass"]);
    expect(told).toEqual(["unexplained_response", "unexplained_response"]);
  });

  test("after an absence have the benefit of the doubt, once", async () => {
    const { guard, judge, told } = await strictGuard();
    judge(utterance, other);
    guard.attached();
    judge(other, other);
    expect(told).toEqual(["unexplained_response"]);
  });
});
