import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../src/upstreams/upstream.ts";
import { settle } from "../fake-clock.ts";
import { CALL, offer, startTalk, type Talking } from "./start-session.ts";

const NEXT = { ...CALL, callId: "rtc_u1_second00" };

/** Calls end after two minutes, and one minute before that a pause is looked for. */
const SETTINGS = { CALL_LIMIT_SECONDS: "120", ROLLOVER_SECONDS: "60" };

/** The interviewer says something and is heard to the end, or is still being heard. */
function interviewer({ sideband }: Talking, state: "started" | "finished", id = "a1"): void {
  if (state === "started") {
    const item = { id, speaker: "interviewer", text: null, spoken: true, status: "complete" } as const;
    sideband.say({ type: "item", item, previousId: null, responseId: `r_${id}` });
    sideband.say({ type: "text", itemId: id, speaker: "interviewer", text: "Who are you?", spoken: true });
  }
  sideband.say({ type: "interviewer_speaking", responseId: `r_${id}`, state });
}

function candidate({ sideband }: Talking, active: boolean): void {
  sideband.say({ type: "candidate_speaking", itemId: "u1", active });
}

function asked({ events }: Talking): unknown[] {
  return events.filter((event) => (event as { type: string }).type === "reoffer");
}

/** A talk in which the interviewer has asked something, at the time when a pause is looked for. */
async function beforeLimit(settings: Record<string, string> = {}): Promise<Talking> {
  const talk = await startTalk({ ...SETTINGS, ...settings });
  await talk.clock.advance(59_000);
  interviewer(talk, "started");
  return talk;
}

describe("before the provider's limit the page is asked for another call", () => {
  test("when the candidate thinks, and not before", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(11_000);
    expect(asked(talk)).toEqual([]);
    interviewer(talk, "finished");
    await settle();
    expect(asked(talk)).toEqual([{ type: "reoffer", reason: "call_limit" }]);
    expect(talk.session.standing).toEqual([{ type: "reoffer", reason: "call_limit" }]);
    expect(talk.session.state).toBe("live");
  });

  test("not while the candidate speaks, nor before the interviewer has replied", async () => {
    const talk = await beforeLimit();
    interviewer(talk, "finished");
    candidate(talk, true);
    await talk.clock.advance(2000);
    candidate(talk, false);
    await talk.clock.advance(2000);
    expect(asked(talk)).toEqual([]);
  });

  test("when the provider says that it ends the call sooner than was set; later counts only where nothing is set", async () => {
    const sooner = await startTalk({ ...SETTINGS, CALL_LIMIT_SECONDS: "600" });
    sooner.sideband.say({ type: "expires", at: sooner.clock.now() + 120_000 });
    const later = await startTalk(SETTINGS);
    later.sideband.say({ type: "expires", at: later.clock.now() + 7_200_000 });
    const past = await startTalk(SETTINGS);
    past.sideband.say({ type: "expires", at: past.clock.now() - 1 });
    const unset = await startTalk({ ROLLOVER_SECONDS: "60", MAX_SESSION_SECONDS: "7000", IDLE_SECONDS: "3600" });
    unset.sideband.say({ type: "expires", at: unset.clock.now() + 5_000_000 });
    for (const talk of [sooner, later, past, unset]) {
      await talk.clock.advance(59_000);
      interviewer(talk, "started");
      interviewer(talk, "finished");
      await talk.clock.advance(2000);
    }
    expect([sooner, later, past, unset].map((talk) => asked(talk).length)).toEqual([1, 1, 1, 0]);
    await unset.clock.advance(3_540_000);
    expect(asked(unset), "an hour is over").toEqual([]);
    await unset.clock.advance(5_000_000 - 60_000 - 3_600_000);
    expect(asked(unset)).toHaveLength(1);
  });

  test("half a minute before it whatever is said", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(30_999);
    expect(asked(talk)).toEqual([]);
    await talk.clock.advance(1);
    expect(asked(talk)).toHaveLength(1);
  });

  test("again where the page does not answer", async () => {
    const talk = await beforeLimit();
    interviewer(talk, "finished");
    await talk.clock.advance(1000 + 20_000);
    expect(asked(talk)).toHaveLength(2);
  });

  test("not where the session ends by then anyway", async () => {
    const talk = await beforeLimit({ MAX_SESSION_SECONDS: "120" });
    interviewer(talk, "finished");
    await talk.clock.advance(50_000);
    expect(asked(talk)).toEqual([]);
  });
});

describe("the switch to the next call", () => {
  test("is made at once in a pause; the interviewer is told what was said, and listens", async () => {
    const talk = await beforeLimit();
    interviewer(talk, "finished");
    await talk.clock.advance(1000);
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.answer(NEXT);
    await outcome;
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
    await settle();
    const next = talk.upstream.sidebands[1];
    next?.say({ type: "ready" });
    expect(next?.sent).toEqual(["configure", "resume and listen | interviewer: Who are you?"]);
    expect(talk.events.at(-1)).toMatchObject({ type: "resumed", context: "whole" });
    expect(talk.session.standing).toEqual([]);
  });

  test("waits for a pause while somebody speaks", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(40_000);
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.answer(NEXT);
    await talk.clock.advance(9000);
    expect(talk.session.state).toBe("connecting");
    expect(talk.upstream.hungUp).toEqual([]);
    interviewer(talk, "finished");
    await outcome;
    expect(talk.session.state).toBe("live");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("waits ten seconds at most; who was cut off then picks up where it stopped", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(40_000);
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.answer(NEXT);
    await talk.clock.advance(10_000);
    await outcome;
    await settle();
    talk.upstream.sidebands[1]?.say({ type: "ready" });
    expect(talk.upstream.sidebands[1]?.sent).toEqual(["configure", "resume | interviewer: Who are you?"]);
  });

  test("that comes to nothing leaves the call as it is, and the page is asked again", async () => {
    const talk = await beforeLimit();
    interviewer(talk, "finished");
    await talk.clock.advance(1000);
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.fail(new UpstreamError("UPSTREAM_UNAVAILABLE"));
    await outcome;
    expect(talk.session.state).toBe("live");
    await talk.clock.advance(20_000);
    expect(asked(talk)).toHaveLength(2);
  });

  test("is not made where the page leaves over the wait: the next call is hung up", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(40_000);
    const departure = new AbortController();
    const { outcome } = await offer(talk, undefined, departure.signal);
    talk.upstream.creates[1]?.answer(NEXT);
    await talk.clock.advance(1000);
    departure.abort();
    await outcome;
    expect(talk.session.state).toBe("live");
    expect(talk.upstream.hungUp).toEqual([NEXT.callId]);
  });

  test("is made at once where the call before ends over the wait, and the interviewer speaks", async () => {
    const talk = await beforeLimit();
    await talk.clock.advance(40_000);
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.answer(NEXT);
    await talk.clock.advance(1000);
    talk.upstream.attachResults.push("gone", "gone");
    talk.sideband.drop();
    await talk.clock.advance(100);
    await outcome;
    talk.upstream.sidebands.at(-1)?.say({ type: "ready" });
    expect(talk.upstream.sidebands.at(-1)?.sent).toEqual(["configure", "resume | interviewer: Who are you?"]);
  });
});

test("a page that makes no other call has the one that it has until the provider ends it", async () => {
  const talk = await beforeLimit();
  interviewer(talk, "finished");
  await talk.clock.advance(61_000);
  expect(talk.session.state).toBe("live");
  talk.upstream.attachResults.push("gone", "gone");
  talk.sideband.drop();
  await talk.clock.advance(100);
  expect(talk.session.state).toBe("interrupted");
  expect(talk.session.standing.at(-1)).toEqual({ type: "reoffer", reason: "call_lost" });
});
