import { expect, test } from "vitest";
import type { SimulatorEvent } from "../src/calls/simulator-event.ts";
import { EventWatch } from "../src/event-watch.ts";
import { ManualClock } from "./manual-clock.ts";

const EVENT: SimulatorEvent = { callId: "rtc_x", direction: "call", channel: "session", type: "call.created", at: 0 };

test("a predicate that fails fails its own wait, not the call that it looks at", async () => {
  const clock = new ManualClock();
  const watch = new EventWatch(clock);
  const failing = watch.waitFor(
    () => {
      throw new Error("mine");
    },
    [],
    1000,
  );
  const patient = watch.waitFor(({ type }) => type === "call.created", [], 1000);
  watch.observe(EVENT);
  await expect(failing).rejects.toThrow("mine");
  expect(await patient).toBe(EVENT);
  expect(clock.pending).toBe(0);
});

test("a wait in vain ends, and says what there was before", async () => {
  const clock = new ManualClock();
  const waiting = new EventWatch(clock).waitFor(({ type }) => type === "call.ended", [EVENT], 1000);
  clock.advance(1000);
  await expect(waiting).rejects.toThrow("no such event within 1000 ms; before the wait there was call.created");
});
