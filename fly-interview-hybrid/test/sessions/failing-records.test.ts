import { describe, expect, test, vi } from "vitest";
import type { Records } from "../../src/records/records.ts";
import { UpstreamError } from "../../src/upstreams/upstream.ts";
import { settle } from "../fake-clock.ts";
import { CALL, offer, startSession, startTalk } from "./start-session.ts";
import { countCalls } from "../records/count-calls.ts";

/** The next write of what is known of a call fails, as with a full disk. */
function failOnce(records: Records, write: "keepCallId" | "endCall"): void {
  vi.spyOn(records, write).mockRejectedValueOnce(new Error("The disk is full."));
}

describe("records that fail for a moment", () => {
  test("do not keep a hang-up from being tried again", async () => {
    const { sessions, session, upstream, records, clock } = await startTalk();
    upstream.failHangUps = 1;
    failOnce(records, "keepCallId");
    await sessions.end(session, "deleted");
    expect(upstream.hungUp).toEqual([]);
    await clock.advance(250);
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(await countCalls(records)).toMatchObject({ ended: 1 });
    expect(clock.pending()).toBe(0);
  });

  test("are told later what became of a call, so that it does not pass for one that may run", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    failOnce(started.records, "endCall");
    started.upstream.creates[0]?.fail(new UpstreamError("UPSTREAM_RATE_LIMITED"));
    await outcome;
    await started.clock.advance(250);
    expect(await countCalls(started.records)).toMatchObject({ failed: 1, connecting: 0 });
  });

  test("do not keep the proxy from stopping", async () => {
    const { sessions, upstream, records, queue, clock } = await startTalk();
    vi.spyOn(records, "endCall").mockRejectedValue(new Error("The disk is full."));
    const closing = sessions.close().catch((error: unknown) => error);
    await clock.advance(15_000);
    // That the machine's own row stays is told; another takes it for dead.
    expect(await closing).toMatchObject({ code: "RECORDS_UNAVAILABLE" });
    await queue.close();
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(clock.pending()).toBe(0);
  });
});

test("a session that ends at any moment of an exchange leaves no call", { timeout: 60_000 }, async () => {
  const outcomes = new Set<string>();
  for (let moment = 0; moment < 200; moment++) {
    const { sessions, session, upstream, records } = await startSession();
    const { outcome } = await offer({ sessions, session });
    upstream.creates[0]?.answer(CALL);
    for (let passed = 0; passed < moment; passed++) await Promise.resolve();
    await sessions.end(session, "deleted");
    outcomes.add("code" in ((await outcome) as object) ? "too late" : "in time");
    await settle();
    expect(upstream.hungUp, `at moment ${moment}`).toEqual([CALL.callId]);
    expect(await countCalls(records), `at moment ${moment}`).toMatchObject({ ended: 1 });
  }
  expect(outcomes).toEqual(new Set(["too late", "in time"]));
});
