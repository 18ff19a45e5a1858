import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer } from "../sample-sdp.ts";
import { isReady } from "./provider-log.ts";
import type { SocketClient } from "./socket-client.ts";
import { RETRY_LOST_CLIENT, SpeakingCandidate } from "./speaking-candidate.ts";
import { type ProxyUnderTest, startProxy } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

/** A person in a call. */
async function inCall(
  proxy: ProxyUnderTest,
): Promise<{ client: SocketClient; resumeToken: string; sessionId: string }> {
  const client = await proxy.connectAs("ada");
  client.send({ type: "init" });
  const { sessionId, resumeToken } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  await proxy.simulator.waitFor(isReady);
  return { client, resumeToken, sessionId };
}

async function cut(client: SocketClient): Promise<void> {
  client.close();
  await client.closed;
}

/** Comes back as the page's own client does: with the token as credential and in `init`. */
function comeBack(proxy: ProxyUnderTest, resumeToken: string, lastSeq = 0): SocketClient {
  const client = proxy.connect("/", ["bearer", resumeToken]);
  client.send({ type: "init", resumeToken, lastSeq });
  return client;
}

/** Of the events that are still to be taken, in the order in which they came. */
function numbersOf(client: SocketClient): number[] {
  return client.messages.flatMap((message) => ("seq" in message ? message.seq : []));
}

describe("coming back with the resume token", () => {
  test("finds the session within the idle time, again and again, its call untouched and each event told once", async () => {
    const clock = createFakeClock(Date.now());
    const proxy = await startProxy({ clock, settings: { IDLE_SECONDS: "60" } });
    const { client, sessionId, ...first } = await inCall(proxy);
    expect(await client.isAlive()).toBe(true);
    const heard = numbersOf(client);
    await cut(client);
    let { resumeToken } = first;
    for (let times = 0; times < 5; times += 1) {
      await clock.advance(59_000);
      const back = comeBack(proxy, resumeToken, heard.at(-1));
      const initialized = await back.next("initialized");
      expect(initialized).toMatchObject({ sessionId, resumed: true });
      expect(await back.isAlive()).toBe(true);
      heard.push(...numbersOf(back));
      resumeToken = initialized.resumeToken;
      await cut(back);
    }
    expect(heard).toEqual(heard.map((_, index) => index + 1));
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
  });

  test("works although every reply but the last was lost; the first token is spent when its successor is used", async () => {
    const proxy = await startProxy();
    const { client, resumeToken } = await inCall(proxy);
    await cut(client);
    for (let times = 0; times < 5; times += 1) {
      const deaf = comeBack(proxy, resumeToken);
      await deaf.next("initialized");
      await cut(deaf);
    }
    const heard = comeBack(proxy, resumeToken);
    const { resumeToken: successor } = await heard.next("initialized");
    await cut(heard);
    await comeBack(proxy, successor).next("initialized");

    const late = comeBack(proxy, resumeToken);
    expect(await late.next("error")).toMatchObject({ code: "UNAUTHENTICATED", retryable: false });
    expect(await late.closed).toBe(4401);
    const elsewhere = await proxy.connectAs("ada");
    elsewhere.send({ type: "init", resumeToken });
    expect(await elsewhere.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN", retryable: false });
  });

  test("takes over from another window only so; that one is told, and the session is not its own any more", async () => {
    const proxy = await startProxy();
    const { client, sessionId, resumeToken } = await inCall(proxy);
    const stranger = await proxy.connectAs("eve");
    stranger.send({ type: "init", sessionId });
    expect(await stranger.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN" });
    const guess = `${resumeToken.slice(0, resumeToken.indexOf(".") + 1)}${"A".repeat(43)}`;
    stranger.send({ type: "init", resumeToken: guess });
    expect(await stranger.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN" });
    expect(await client.isAlive()).toBe(true);

    await comeBack(proxy, resumeToken).next("initialized");
    expect(await client.next("error")).toMatchObject({ code: "SESSION_TAKEN_OVER", retryable: false });
    expect(await client.closed).toBe(4436);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
  });

  test("is refused after the end, with the reason; to who has no right to it, without", async () => {
    const clock = createFakeClock(Date.now());
    const proxy = await startProxy({ clock, settings: { IDLE_SECONDS: "60" } });
    const { client, resumeToken } = await inCall(proxy);
    await cut(client);
    const ended = proxy.simulator.waitFor((event) => event.type === "call.ended");
    await clock.advance(61_000);
    await ended;

    const late = comeBack(proxy, resumeToken);
    expect(await late.next("error")).toMatchObject({ code: "SESSION_ENDED", reason: "client_gone", retryable: false });
    expect(await late.closed).toBe(4410);
    const signedIn = await proxy.connectAs("ada");
    signedIn.send({ type: "init", resumeToken });
    expect(await signedIn.next("error")).toMatchObject({ code: "SESSION_ENDED", reason: "client_gone" });
    const altered = comeBack(proxy, `${resumeToken}x`);
    expect((await altered.next("error")).code).toBe("UNAUTHENTICATED");
  });

  test("tells what was said meanwhile and nothing else, and who speaks now", RETRY_LOST_CLIENT, async () => {
    const proxy = await startProxy();
    const candidate = new SpeakingCandidate(proxy.simulator);
    const first = await proxy.connectAs("ada");
    first.send({ type: "init" });
    const { resumeToken } = await first.next("initialized");
    first.send({ type: "sdp_offer", offer: candidate.offer });
    await candidate.accept((await first.next("sdp_answer")).answer.sdp);
    const { seq: lastSeq } = await first.next("turn");
    await cut(first);

    await candidate.speak();
    await candidate.until("call.interviewer_started", 2);
    await candidate.untilTold("Thank you");
    const back = comeBack(proxy, resumeToken, lastSeq);
    await back.next("initialized");
    // Where it is not told that a voice has fallen silent, that shows later.
    const speaking = asOnRealtime("who speaks") ? ["interviewer"] : ["candidate", "interviewer"];
    for (const role of speaking) expect(await back.next("speaking")).toEqual({ type: "speaking", role, active: true });
    expect(await back.next("turn")).toMatchObject({ n: 2, role: "candidate" });
    expect(await back.isAlive()).toBe(true);
    expect(back.messages.flatMap((message) => (message.type === "turn" ? message.n : []))).not.toContain(1);
  });
});
