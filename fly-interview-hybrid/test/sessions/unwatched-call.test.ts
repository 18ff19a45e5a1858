import { describe, expect, test } from "vitest";
import { settle } from "../fake-clock.ts";
import { CALL, offer, startSession } from "./start-session.ts";

describe("a sideband that cannot be had", () => {
  test("an early 404 is tried again", async () => {
    const started = await startSession();
    started.upstream.attachResults.push("gone", "gone");
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await started.clock.advance(400);
    expect(started.upstream.sidebands[0]?.sent).toEqual(["configure"]);
  });

  test("a provider out of reach is waited for half a minute", async () => {
    const started = await startSession();
    started.upstream.attachResults.push(...Array.from({ length: 6 }, () => "unreachable" as const));
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await started.clock.advance(20_000);
    expect(started.upstream.sidebands[0]?.sent).toEqual(["configure"]);
  });

  test.each(["gone", "unreachable"] as const)(
    "a call that stays %s is ended and hung up, because nobody watches it",
    async (reason) => {
      const started = await startSession();
      started.upstream.attachResults.push(...Array.from({ length: 8 }, () => reason));
      const { outcome } = await offer(started);
      started.upstream.creates[0]?.answer(CALL);
      await outcome;
      await started.clock.advance(30_000);
      expect(started.events.at(-1)).toMatchObject({ type: "ended", reason: "sideband_lost" });
      expect(started.upstream.hungUp).toEqual([CALL.callId]);
    },
  );

  test.each(["never ready", "refused"] as const)("a configuration that is %s ends the call", async (how) => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await settle();
    if (how === "refused") started.upstream.sidebands[0]?.say({ type: "refused", code: "unknown_parameter" });
    await started.clock.advance(how === "refused" ? 0 : 20_000);
    expect(started.events.at(-1)).toMatchObject({ type: "ended", reason: "sideband_lost" });
  });
});
