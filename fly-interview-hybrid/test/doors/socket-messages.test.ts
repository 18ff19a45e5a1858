import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { expectNoCallLeft } from "./provider-log.ts";
import { startProxy, ticketFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

describe("messages of one call", () => {
  test("ping, init, offer, candidate, disconnect", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");

    client.send({ type: "ping" });
    expect(Math.abs((await client.next("pong")).time - Date.now())).toBeLessThan(60_000);

    client.send({ type: "init", aiPersona: "alloy", protocol: 1 });
    const initialized = await client.next("initialized");
    expect(initialized).toMatchObject({
      sessionId: expect.stringMatching(/^ses_[A-Za-z0-9_-]{22}$/),
      resumeToken: expect.stringMatching(/^rst_/),
      aiPersona: "alloy",
      resumed: false,
      seq: 0,
      iceServers: [],
      dataChannel: asOnRealtime("a sealed call") ? "none" : "required",
      limits: { maxSessionSeconds: 3600, maxMessageBytes: 131_072, maxSdpBytes: 65_536 },
    });
    expect(Date.parse(initialized.deadline)).toBeGreaterThan(Date.now());

    client.send({ type: "sdp_offer", offer: { type: "offer", sdp: audioOffer } });
    client.send({ type: "ice_candidate", candidate: null });
    const answer = await client.next("sdp_answer");
    expect(answer).toMatchObject({ sessionId: initialized.sessionId, answer: { type: "answer" } });
    expect(answer.answer.sdp).toMatch(/^v=0\r\n[^]*\r\n$/);
    expect((await client.next("state")).state).toBe("connecting");
    expect((await client.next("state")).state).toBe("live");
    expect(proxy.simulator.liveCalls()).toHaveLength(1);

    client.send({ type: "disconnect", sessionId: initialized.sessionId });
    expect(await client.next("disconnected")).toEqual({
      type: "disconnected",
      sessionId: initialized.sessionId,
      reason: "client_disconnected",
    });
    expect(await client.closed).toBe(1000);
    await proxy.close();
    await expectNoCallLeft(proxy.simulator);
    expect(client.messages).toEqual([]);
  });

  test("an offer without init implies one; the offer may be the bare SDP", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect((await client.next("sdp_answer")).sessionId).toMatch(/^ses_/);
  });

  test("init and offer sent in one go belong together", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    client.send({ type: "init", sessionId: "mine" });
    client.send({ type: "sdp_offer", sessionId: "mine", offer: audioOffer });
    const { sessionId } = await client.next("initialized");
    expect((await client.next("sdp_answer")).sessionId).toBe(sessionId);
  });

  test.each([
    { iceServers: "none", settings: {} },
    { iceServers: "with_session", settings: { ICE_SERVERS: '[{"urls":"stun:stun.example"}]' } },
    { iceServers: "with_session", settings: { TURN_URLS: "turn:turn.example", TURN_SECRET: "turn-secret-0123456789" } },
  ])("the welcome foretells what the session says: ICE servers $iceServers, with $settings", async (one) => {
    const proxy = await startProxy({ settings: one.settings });
    const client = await proxy.connectAs("ada");
    const welcome = await client.next("welcome");
    client.send({ type: "init" });
    const { iceServers, dataChannel } = await client.next("initialized");
    expect(welcome).toMatchObject({ iceServers: one.iceServers, dataChannel });
    expect(iceServers.length > 0 ? "with_session" : "none").toBe(one.iceServers);
  });

  test("an offer right behind init is answered behind it", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    client.send({ type: "init", aiPersona: "marin" });
    client.send({ type: "sdp_offer", afterInit: true, offer: audioOffer });
    const first = await client.next("initialized", "sdp_answer");
    expect(first).toMatchObject({ type: "initialized", aiPersona: "marin" });
    expect((await client.next("sdp_answer")).sessionId).toBe(first.sessionId);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
  });

  test.each([
    ["an unknown persona", { aiPersona: "nobody-knows" }, "INVALID_MESSAGE"],
    ["what is no persona's name", { aiPersona: "a b" }, "INVALID_MESSAGE"],
    ["a resume token that is wrong", { resumeToken: "rst_wrong" }, "SESSION_FORBIDDEN"],
  ])("where init is refused for %s, so is the offer behind it, in one word", async (_what, fields, code) => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.send({ type: "init", ...fields });
    client.send({ type: "sdp_offer", afterInit: true, offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code });
    // The offer's turn is over when what comes behind it has its answer.
    client.send({ type: "init", aiPersona: "marin" });
    await client.next("initialized");
    expect(client.messages.filter(({ type }) => type === "error" || type === "sdp_answer")).toEqual([]);
    expect(proxy.simulator.calls()).toEqual([]);
  });

  test("disconnect without a session says so and closes", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.send({ type: "disconnect" });
    expect(await client.next("disconnected")).toMatchObject({ sessionId: null });
    expect(await client.closed).toBe(1000);
  });

  test("a disconnect whose socket is closed with the same packet ends the session all the same", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    const upgraded = once(client.socket, "upgrade") as Promise<[IncomingMessage]>;
    client.send({ type: "init" });
    await client.next("initialized");
    const [{ socket }] = await upgraded;
    socket.cork();
    client.send({ type: "disconnect" });
    client.socket.close(1000);
    socket.uncork();
    expect(await client.closed).toBe(1000);
    await vi.waitFor(async () => {
      expect((await proxy.fetch("/metrics")).text).toContain(
        'interview_sessions_ended_total{reason="client_disconnected"} 1',
      );
    });
  });

  test("a ping is answered while an offer waits for the provider; a disconnect then ends it at once", async () => {
    const proxy = await startProxy();
    proxy.simulator.injectFault({ kind: "latency", ms: 1500 });
    const client = await proxy.connectAs("ada");
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect((await client.next("state")).state).toBe("connecting");
    expect(await client.isAlive()).toBe(true);
    client.send({ type: "disconnect" });
    await client.next("disconnected");
    expect(await client.closed).toBe(1000);
    await proxy.simulator.waitFor((event) => event.type === "call.ended");
    await expectNoCallLeft(proxy.simulator);
  });
});

describe("sessions are apart", () => {
  test("two people with the same name for theirs never hear each other", async () => {
    const proxy = await startProxy();
    const ada = await proxy.connectAs("ada");
    const eve = await proxy.connectAs("eve");
    for (const client of [ada, eve]) {
      await client.next("welcome");
      client.send({ type: "init", sessionId: "interview" });
    }
    const first = await ada.next("initialized");
    const second = await eve.next("initialized");
    expect(first.sessionId).not.toBe(second.sessionId);

    ada.send({ type: "sdp_offer", offer: audioOffer });
    await ada.next("sdp_answer");
    ada.send({ type: "disconnect" });
    await ada.closed;
    expect(await eve.isAlive()).toBe(true);
    expect(eve.messages).toEqual([]);
  });

  test.each(["init", "sdp_offer", "ice_candidate", "disconnect"])(
    "a stranger's sessionId in %s is forbidden, as one that never was",
    async (type) => {
      const proxy = await startProxy();
      const ada = await proxy.connectAs("ada");
      await ada.next("welcome");
      ada.send({ type: "init" });
      const { sessionId } = await ada.next("initialized");

      const eve = await proxy.connectAs("eve");
      await eve.next("welcome");
      const extra = type === "sdp_offer" ? { offer: audioOffer } : type === "ice_candidate" ? { candidate: null } : {};
      for (const id of [sessionId, `ses_${"A".repeat(22)}`]) {
        eve.send({ type, sessionId: id, ...extra });
        expect(await eve.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN", retryable: false });
      }
      expect(await eve.isAlive()).toBe(true);
      expect(await ada.isAlive()).toBe(true);
      expect(proxy.simulator.calls()).toEqual([]);
    },
  );

  test("a socket stays with its session; the resume token takes it to another socket", async () => {
    const proxy = await startProxy();
    const ada = await proxy.connectAs("ada");
    await ada.next("welcome");
    ada.send({ type: "init", sessionId: "one" });
    const { sessionId, resumeToken } = await ada.next("initialized");
    ada.send({ type: "init", sessionId: "two" });
    expect(await ada.next("error")).toMatchObject({ code: "SESSION_BUSY" });
    expect(proxy.logLines.filter((line) => line.includes("session opened"))).toHaveLength(1);

    const other = await proxy.connectAs("ada");
    await other.next("welcome");
    other.send({ type: "init", resumeToken, lastSeq: 0 });
    expect(await other.next("initialized")).toMatchObject({ sessionId, resumed: true });
  });
});

describe("coming back", () => {
  test("the resume token opens the socket by itself, and what was missed is sent again", async () => {
    const proxy = await startProxy();
    const first = proxy.connect("/", ["bearer", await ticketFor("ada")]);
    first.send({ type: "init" });
    const { sessionId, resumeToken } = await first.next("initialized");
    first.send({ type: "sdp_offer", offer: audioOffer });
    await first.next("sdp_answer");
    first.close();
    await first.closed;

    const back = proxy.connect("/", ["bearer", resumeToken]);
    back.send({ type: "init", lastSeq: 1 });
    expect(await back.next("initialized")).toMatchObject({ sessionId, resumed: true, seq: 2 });
    expect(await back.next("state")).toEqual({ type: "state", seq: 2, state: "live" });
    expect(await back.isAlive()).toBe(true);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
    expect(await proxy.connect("/", ["bearer", `${resumeToken}x`]).closed).toBe(4401);
  });

  test("a second connection takes the session over; the first is told, and can no longer end it", async () => {
    const proxy = await startProxy();
    const first = await proxy.connectAs("ada");
    first.send({ type: "init", sessionId: "mine" });
    await first.next("initialized");
    first.send({ type: "sdp_offer", offer: audioOffer });
    await first.next("sdp_answer");

    const second = await proxy.connectAs("ada");
    second.send({ type: "init", sessionId: "mine" });
    await second.next("initialized");
    first.send({ type: "disconnect" });
    expect(await first.next("error")).toMatchObject({ code: "SESSION_TAKEN_OVER" });
    expect(await first.closed).toBe(4436);
    expect(await second.isAlive()).toBe(true);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
  });
});

describe("after the end of a session", () => {
  test("disconnect is still answered, and only a fresh init begins another", async () => {
    const proxy = await startProxy({ settings: { SERVICE_TOKEN: "service-token-of-the-platform-0123456789" } });
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    const { sessionId } = await client.next("initialized");
    await proxy.fetch(`/api/sessions/${sessionId}`, {
      method: "DELETE",
      headers: { authorization: "Bearer service-token-of-the-platform-0123456789" },
    });
    expect(await client.next("ended")).toMatchObject({ reason: "deleted" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code: "SESSION_ENDED" });
    client.send({ type: "init" });
    expect((await client.next("initialized")).sessionId).not.toBe(sessionId);

    const other = await proxy.connectAs("eve");
    other.send({ type: "init" });
    const ended = await other.next("initialized");
    await proxy.fetch(`/api/sessions/${ended.sessionId}`, {
      method: "DELETE",
      headers: { authorization: "Bearer service-token-of-the-platform-0123456789" },
    });
    other.send({ type: "disconnect", sessionId: ended.sessionId });
    expect(await other.next("disconnected")).toMatchObject({ sessionId: ended.sessionId, reason: "deleted" });
    expect(await other.closed).toBe(1000);
  });

  test("what is sent behind a disconnect starts nothing", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    client.send({ type: "disconnect" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.closed).toBe(1000);
    await proxy.close();
    expect(proxy.simulator.calls()).toEqual([]);
  });
});
