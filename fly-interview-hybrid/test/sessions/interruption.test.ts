import { describe, expect, test, vi } from "vitest";
import { UpstreamError } from "../../src/upstreams/upstream.ts";
import { settle } from "../fake-clock.ts";
import type { AttachedSideband } from "../fake-upstream.ts";
import { ada, service } from "./open-sessions.ts";
import { CALL, callAgain, offer, startTalk, type Started, type Talking } from "./start-session.ts";

const SECOND = "rtc_u1_second00";

/** The provider ends the call of a sideband. */
async function endUpstream({ upstream, clock }: Started, sideband: AttachedSideband | undefined): Promise<void> {
  upstream.attachResults.push("gone", "gone");
  sideband?.drop();
  await clock.advance(100);
}

/** A session whose call was lost after something was said in it. */
async function interrupted(settings: Record<string, string> = {}): Promise<Talking> {
  const talk = await startTalk(settings);
  say(talk.sideband, "Hello.");
  await endUpstream(talk, talk.sideband);
  return talk;
}

function say(sideband: AttachedSideband, text: string): void {
  const item = { id: "a1", speaker: "interviewer", text: null, spoken: false, status: "complete" } as const;
  sideband.say({ type: "item", item, previousId: null });
  sideband.say({ type: "text", itemId: "a1", speaker: "interviewer", text, spoken: false });
}

async function failToOffer({ upstream, ...started }: Started): Promise<unknown> {
  const { outcome } = await offer(started);
  upstream.creates.at(-1)?.fail(new UpstreamError("UPSTREAM_UNAVAILABLE"));
  return outcome;
}

describe("a session whose call is lost", () => {
  test("waits for another one, and asks for it", async () => {
    const { events, session, upstream } = await interrupted();
    expect(events.slice(-3)).toMatchObject([
      { type: "state", state: "interrupted" },
      { type: "clock", running: false, remainingSeconds: 3600 },
      { type: "reoffer", reason: "call_lost" },
    ]);
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(session.standing.map(({ type }) => type)).toEqual(["clock", "reoffer"]);
  });

  test("goes on in the next one, and says that its clock runs again", async () => {
    const talk = await interrupted();
    await talk.clock.advance(100_000);
    const next = await callAgain(talk, SECOND);
    expect(next.sent).toEqual(["configure", "resume | interviewer: Hello."]);
    expect(talk.events.slice(-4)).toMatchObject([
      { type: "state", state: "connecting" },
      { type: "state", state: "live" },
      { type: "clock", running: true, remainingSeconds: 3600 },
      { type: "resumed", context: "whole" },
    ]);
    expect(talk.session.standing).toEqual([]);
  });

  test("waits on where an offer comes to nothing", async () => {
    const talk = await interrupted();
    expect(await failToOffer(talk)).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(talk.session.state).toBe("interrupted");
    await callAgain(talk, SECOND);
    expect(talk.session.state).toBe("live");
  });

  test("ends where nobody makes an offer, for the reason that interrupted it", async () => {
    const { clock, session, upstream } = await interrupted({ INTERRUPTION_SECONDS: "30" });
    await clock.advance(29_999);
    expect(session.state).toBe("interrupted");
    await clock.advance(1);
    expect(session.endReason).toBe("upstream_ended");
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(clock.pending()).toBe(0);
  });

  test("ends where nobody is present", async () => {
    const { clock, sessions, session, upstream } = await interrupted({ IDLE_SECONDS: "20" });
    const leave = session.attach({ onEvent: () => undefined, onDisplaced: () => undefined });
    leave();
    await clock.advance(20_000);
    expect(session.endReason).toBe("client_gone");
    await sessions.close();
    expect(upstream.hungUp).toEqual([CALL.callId]);
  });

  test("can be ended, and leaves nothing behind", async () => {
    const { clock, sessions, session, records } = await interrupted();
    await sessions.end(session, "deleted");
    expect(session.endReason).toBe("deleted");
    expect(clock.pending()).toBe(0);
    expect(await records.unfinishedCalls()).toEqual([]);
  });

  test("is found by who comes back to it", async () => {
    const { sessions, session } = await interrupted();
    const back = await sessions.open(ada, { sessionId: session.id });
    expect(back).toMatchObject({ resumed: true, session: { state: "interrupted" } });
  });

  test("ends where its calls come to nothing three times in a row", async () => {
    const talk = await startTalk();
    await endUpstream(talk, talk.sideband);
    await endUpstream(talk, await callAgain(talk, SECOND));
    expect(talk.session.state).toBe("interrupted");
    await endUpstream(talk, await callAgain(talk, "rtc_u1_third000"));
    expect(talk.session.endReason).toBe("upstream_ended");
  });

  test("goes on however often it is lost, as long as something is said between", async () => {
    const talk = await startTalk();
    await endUpstream(talk, talk.sideband);
    await endUpstream(talk, await callAgain(talk, SECOND));
    const third = await callAgain(talk, "rtc_u1_third000");
    say(third, "Hello.");
    await endUpstream(talk, third);
    await endUpstream(talk, await callAgain(talk, "rtc_u1_fourth00"));
    expect(talk.session.state).toBe("interrupted");
  });

  test("is interrupted too where only the sideband is lost, whose call is hung up", async () => {
    const { clock, session, sideband, upstream } = await startTalk();
    upstream.attachResults.push(...Array.from({ length: 8 }, () => "unreachable" as const));
    sideband.drop();
    await clock.advance(30_000);
    expect(session.state).toBe("interrupted");
    expect(upstream.hungUp).toEqual([CALL.callId]);
  });

  test("ends with it where the interviewer was to say goodbye", async () => {
    const talk = await startTalk();
    await talk.sessions.endFor(talk.session.id, service, { goodbye: true });
    expect(talk.sideband.sent.at(-1)).toMatch(/^speak/);
    await endUpstream(talk, talk.sideband);
    expect(talk.session.endReason).toBe("ended_by_service");
    expect(talk.events.filter((event) => (event as { type: string }).type === "reoffer")).toEqual([]);
  });
});

describe("a further call", () => {
  test("is made before the one before it is hung up", async () => {
    const talk = await startTalk();
    const { outcome } = await offer(talk);
    say(talk.sideband, "Hello.");
    await settle();
    expect(talk.events.at(-1)).toMatchObject({ type: "turn", text: "Hello." });
    expect(talk.upstream.hungUp).toEqual([]);
    talk.upstream.creates[1]?.answer({ ...CALL, callId: SECOND });
    await outcome;
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
    await settle();
    talk.upstream.sidebands[1]?.say({ type: "ready" });
    expect(talk.upstream.sidebands[1]?.sent).toEqual(["configure", "resume | interviewer: Hello."]);
  });

  test("that comes to nothing leaves the one before it alone", async () => {
    const talk = await startTalk();
    await failToOffer(talk);
    expect(talk.session.state).toBe("live");
    expect(talk.upstream.hungUp).toEqual([]);
    say(talk.sideband, "Hello.");
    await settle();
    expect(talk.events.at(-1)).toMatchObject({ type: "turn", text: "Hello." });
  });

  test("is waited for where the one before it ends by itself", async () => {
    const talk = await startTalk();
    const { outcome } = await offer(talk);
    await endUpstream(talk, talk.sideband);
    expect(talk.session.state).toBe("connecting");
    talk.upstream.creates[1]?.answer({ ...CALL, callId: SECOND });
    await outcome;
    expect(talk.session.state).toBe("live");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("that comes to nothing after the one before it has ended leaves the session interrupted", async () => {
    const talk = await startTalk();
    const { outcome } = await offer(talk);
    await endUpstream(talk, talk.sideband);
    talk.upstream.creates[1]?.fail(new UpstreamError("UPSTREAM_TIMEOUT"));
    await outcome;
    expect(talk.session.state).toBe("interrupted");
  });

  test("whose client leaves over it is hung up, and the one before it goes on", async () => {
    const talk = await startTalk();
    const departure = new AbortController();
    const { outcome } = await offer(talk, undefined, departure.signal);
    departure.abort();
    await outcome;
    talk.upstream.creates[1]?.answer({ ...CALL, callId: SECOND });
    await settle();
    expect(talk.upstream.hungUp).toEqual([SECOND]);
    expect(talk.session.state).toBe("live");
  });

  test("whose history cannot be read is hung up too, and the session waits for another one", async () => {
    const talk = await startTalk();
    vi.spyOn(talk.records, "callsOf").mockRejectedValueOnce(new Error("The disk is full."));
    const { outcome } = await offer(talk);
    talk.upstream.creates[1]?.answer({ ...CALL, callId: SECOND });
    await outcome;
    await settle();
    expect(talk.upstream.hungUp.toSorted()).toEqual([CALL.callId, SECOND]);
    expect(talk.session.state).toBe("interrupted");
    expect(talk.session.standing.map(({ type }) => type)).toEqual(["clock", "reoffer"]);
  });
});
