import { describe, expect, test } from "vitest";
import { settle } from "../fake-clock.ts";
import { audioAnswer, offerWithDataChannel } from "../sample-sdp.ts";
import { CALL, offer, type Started, startSession } from "./start-session.ts";

/** An answer that takes the data channel. */
const openAnswer = `${audioAnswer.replace("BUNDLE 0", "BUNDLE 0 1")}${[
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "c=IN IP4 0.0.0.0",
  "a=setup:active",
  "a=mid:1",
  "a=sctp-port:5000",
  "a=ice-ufrag:HqBApb/u2/3oMrw2",
  "a=ice-pwd:y1UgIcaK8DKd7LDygYbnTV12DYsMEWCA",
  "",
].join("\r\n")}`;

const PLAN = { type: "ready", digest: "plan" } as const;
const DRIFT = { type: "drifted", digest: "other" } as const;

async function call(settings: Record<string, string> = {}): Promise<Started & { answerSdp: unknown }> {
  const started = await startSession({ DATA_CHANNEL: "open", ...settings });
  const { outcome } = await offer(started, offerWithDataChannel);
  const [create] = started.upstream.creates;
  const hasChannel = create?.request.offerSdp.includes("m=application") === true;
  create?.answer({ ...CALL, answerSdp: hasChannel ? openAnswer : audioAnswer });
  const { answerSdp } = (await outcome) as { answerSdp?: unknown };
  await settle();
  return { ...started, answerSdp };
}

describe("an open call", () => {
  test("has the page's own data channel: offer and answer go through byte for byte", async () => {
    const { upstream, answerSdp } = await call();
    expect(upstream.creates[0]?.request.offerSdp).toBe(offerWithDataChannel);
    expect(answerSdp).toBe(openAnswer);
  });

  test("greets once the plan is in force, whatever a page had in force before", async () => {
    const { upstream } = await call();
    const [sideband] = upstream.sidebands;
    sideband?.say(DRIFT);
    expect(sideband?.sent).toEqual(["configure"]);
    sideband?.say(PLAN);
    expect(sideband?.sent).toEqual(["configure", "greet"]);
  });

  test("is corrected, and ended and hung up at the second attempt", async () => {
    const { upstream, clock, session, events, records } = await call();
    const [sideband] = upstream.sidebands;
    sideband?.say(PLAN);
    await clock.advance(5001);
    for (const event of [DRIFT, PLAN]) sideband?.say(event);
    expect(sideband?.sent).toEqual(["configure", "greet", "configure"]);
    expect(session.state).toBe("live");
    sideband?.say(DRIFT);
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "ended", reason: "policy_violation" });
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(await records.findSession(session.id)).toMatchObject({ endReason: "policy_violation" });
    expect(clock.pending()).toBe(0);
  });

  test("goes on where no number of attempts is to end it", async () => {
    const { upstream, clock, session } = await call({ POLICY_VIOLATIONS: "0" });
    const [sideband] = upstream.sidebands;
    sideband?.say(PLAN);
    await clock.advance(5001);
    for (let count = 0; count < 10; count++) for (const event of [DRIFT, PLAN]) sideband?.say(event);
    expect(session.state).toBe("live");
  });

  test("ends when a correction is refused, although nothing counted yet", async () => {
    const { upstream, events } = await call();
    for (const event of [PLAN, DRIFT, { type: "refused", code: "invalid_value" } as const])
      upstream.sidebands[0]?.say(event);
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "ended", reason: "policy_violation" });
  });

  test("whose correction nobody confirms gets a new sideband, and is hung up if that changes nothing", async () => {
    const { upstream, clock, session } = await call();
    for (const event of [PLAN, DRIFT]) upstream.sidebands[0]?.say(event);
    await clock.advance(20_000);
    expect(upstream.sidebands[1]?.sent).toEqual(["configure"]);
    upstream.sidebands[1]?.say(DRIFT);
    await clock.advance(20_000);
    expect(session.state).toBe("interrupted");
    expect(upstream.hungUp).toHaveLength(1);
  });

  test("that was replaced by another ends nothing any more", async () => {
    const { sessions, session, upstream, clock } = await call({ POLICY_VIOLATIONS: "1" });
    upstream.sidebands[0]?.say(PLAN);
    await clock.advance(5001);
    await offer({ sessions, session }, offerWithDataChannel);
    upstream.creates[1]?.answer({ callId: "rtc_u1_second00", answerSdp: openAnswer });
    await settle();
    upstream.sidebands[0]?.say(DRIFT);
    expect(session.state).toBe("live");
  });

  test("is guarded until it is replaced", async () => {
    const { sessions, session, upstream, clock } = await call({ POLICY_VIOLATIONS: "1" });
    upstream.sidebands[0]?.say(PLAN);
    await clock.advance(5001);
    await offer({ sessions, session }, offerWithDataChannel);
    upstream.sidebands[0]?.say(DRIFT);
    expect(session.endReason).toBe("policy_violation");
  });

  test("remembers what was tried in the one before it: who offers anew does not begin anew", async () => {
    const { sessions, session, upstream, clock, events } = await call();
    upstream.sidebands[0]?.say(PLAN);
    await clock.advance(5001);
    for (const event of [DRIFT, PLAN]) upstream.sidebands[0]?.say(event);
    await offer({ sessions, session }, offerWithDataChannel);
    upstream.creates[1]?.answer({ callId: "rtc_u1_second00", answerSdp: openAnswer });
    await settle();
    upstream.sidebands[1]?.say(PLAN);
    await clock.advance(5001);
    upstream.sidebands[1]?.say(DRIFT);
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "ended", reason: "policy_violation" });
  });

  test("that was confirmed is not taken for one that was not", async () => {
    const { upstream, clock, session } = await call();
    for (const event of [PLAN, DRIFT, PLAN]) upstream.sidebands[0]?.say(event);
    await clock.advance(60_000);
    expect(upstream.sidebands).toHaveLength(1);
    expect(session.state).toBe("live");
  });
});

test("a sealed call trusts what is in force: nobody else can reach it", async () => {
  const { upstream, clock, session } = await call({ DATA_CHANNEL: "sealed" });
  const [sideband] = upstream.sidebands;
  await clock.advance(5001);
  for (let count = 0; count < 3; count++) sideband?.say(DRIFT);
  expect(sideband?.sent).toEqual(["configure", "greet"]);
  expect(session.state).toBe("live");
});
