import { sessionDetailsSchema } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer } from "../sample-sdp.ts";
import { startPlatform, UNKNOWN_ID } from "./platform.ts";
import { askedFor } from "./provider-log.ts";
import { SECRETS } from "./secrets.ts";
import { ticketFor, tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

describe("a session that the platform creates", () => {
  test("waits for its person, who comes with a ticket and meets the interviewer that was asked for", async () => {
    const { proxy, ask, create, come } = await startPlatform();
    const asked = {
      persona: "cedar",
      instructions: `${SECRETS.instructions} Ask in rhyme.`,
      questions: ["Who are you?", "Why rhyme?"],
      language: "de-AT",
      maxDurationSeconds: 900,
      warnAtSeconds: [60, 30],
      budget: { tokens: 10_000, seconds: 800 },
      metadata: { application: "4711" },
    };
    const created = await create("ada", asked);
    expect(created.url).toBe(`${proxy.url.replace("http", "ws")}/`);
    const waiting = await ask("GET", `/api/sessions/${created.sessionId}`);
    expect(sessionDetailsSchema.parse(waiting.json)).toMatchObject({
      sessionId: created.sessionId,
      person: "ada",
      persona: "cedar",
      status: "scheduled",
      startedAt: null,
      endedAt: null,
      language: "de-AT",
      limits: { maxDurationSeconds: 900, warnAtSeconds: [60, 30], budget: { tokens: 10_000, seconds: 800 } },
      metadata: { application: "4711" },
      calls: [],
      marks: [],
    });

    const client = await come(created);
    const { sessionId, aiPersona, remainingSeconds, resumed } = await client.next("initialized");
    expect({ sessionId, aiPersona, resumed }).toEqual({
      sessionId: created.sessionId,
      aiPersona: "cedar",
      resumed: false,
    });
    expect(remainingSeconds).toBeGreaterThan(890);
    expect(remainingSeconds).toBeLessThanOrEqual(900);
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    const [call] = proxy.simulator.liveCalls();
    expect(call && askedFor(call)).toEqual({
      instructions: expect.stringMatching(/Ask in rhyme\.[^]*1\. Who are you\?\n2\. Why rhyme\?[^]*"de-AT"/),
      voice: "cedar",
      transcriptionLanguage: asOnRealtime("the language of the transcription") ? "de" : undefined,
    });
    expect((await ask("GET", `/api/sessions/${sessionId}`)).json).toMatchObject({
      status: "running",
      calls: [{ state: "live", endedAt: null }],
    });
  });

  test("is told where it is, at the address of the settings", async () => {
    const { ask } = await startPlatform({ settings: { PUBLIC_URL: "https://talk.example/voice/" } });
    const { status, headers, json } = await ask("POST", "/api/sessions", { body: { person: "ada" } });
    expect(status).toBe(201);
    const { sessionId } = json as { sessionId: string };
    expect(headers.get("location")).toBe(`/api/sessions/${sessionId}`);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(json).toMatchObject({ url: "wss://talk.example/voice/" });
  });

  test("gives nobody more than the settings allow", async () => {
    const { ask, create } = await startPlatform({
      settings: { MAX_SESSION_SECONDS: "600", BUDGET_TOKENS: "500", BUDGET_MONEY: "2" },
    });
    const { sessionId } = await create("ada", { maxDurationSeconds: 3600, budget: { tokens: 900, money: 1 } });
    expect((await ask("GET", `/api/sessions/${sessionId}`)).json).toMatchObject({
      limits: { maxDurationSeconds: 600, warnAtSeconds: [300, 60], budget: { tokens: 500, money: 1 } },
    });
  });

  test("opens for nobody else, neither by its id nor by a ticket for another", async () => {
    const { proxy, create, come } = await startPlatform();
    const mine = await create("ada");
    const other = await create("eve");
    const eve = await proxy.connectAs("eve");
    eve.send({ type: "init", sessionId: mine.sessionId });
    expect(await eve.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN" });

    const client = await come(other);
    await client.next("initialized");
    client.send({ type: "init", sessionId: mine.sessionId });
    expect(await client.next("error")).toMatchObject({ code: "SESSION_BUSY" });
    const stranger = proxy.connect(`/?token=${(await create("eve")).ticket}`);
    stranger.send({ type: "init", sessionId: mine.sessionId });
    expect(await stranger.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN" });
  });

  test("is not taken for started by two who come at once", async () => {
    const { create, ask, come } = await startPlatform();
    const first = await create("ada");
    const again = (await ask("POST", `/api/sessions/${first.sessionId}/ticket`)).json as typeof first;
    const clients = await Promise.all([first, again].map(come));
    const opened = await Promise.all(clients.map((client) => client.next("initialized")));
    expect(opened.filter(({ resumed }) => resumed)).toHaveLength(1);
  });
});

describe("a ticket", () => {
  test("opens one connection, on either door", async () => {
    const { proxy, create, come, ask } = await startPlatform();
    const created = await create("ada");
    await (await come(created)).next("initialized");
    const replay = await come(created);
    expect(await replay.next("error")).toMatchObject({ code: "TOKEN_REPLAYED" });
    expect(await replay.closed).toBe(4401);
    const transcript = `/api/sessions/${created.sessionId}/transcript`;
    expect(await ask("GET", transcript, { bearer: created.ticket })).toMatchObject({ status: 401 });

    const { ticket } = (await ask("POST", `/api/sessions/${created.sessionId}/ticket`)).json as typeof created;
    expect((await proxy.fetch(`${transcript}?token=${ticket}`)).status).toBe(200);
    expect(await proxy.fetch(`${transcript}?token=${ticket}`)).toMatchObject({
      status: 401,
      json: { error: { code: "TOKEN_REPLAYED" } },
    });
  });

  test("brings back who has lost the resume token, while the session lasts", async () => {
    const { create, come, ask } = await startPlatform();
    const created = await create("ada");
    await (await come(created)).next("initialized");
    const again = await ask("POST", `/api/sessions/${created.sessionId}/ticket`);
    expect(again).toMatchObject({ status: 201, json: { sessionId: created.sessionId, url: created.url } });
    const client = await come(again.json as typeof created);
    expect(await client.next("initialized")).toMatchObject({ sessionId: created.sessionId, resumed: true });

    await ask("POST", `/api/sessions/${created.sessionId}/end`);
    expect(await ask("POST", `/api/sessions/${created.sessionId}/ticket`)).toMatchObject({
      status: 410,
      json: { error: { code: "SESSION_ENDED" } },
    });
  });

  test("of a session that has ended meanwhile says so", async () => {
    const { create, come, ask } = await startPlatform();
    const created = await create("ada");
    await ask("DELETE", `/api/sessions/${created.sessionId}`);
    expect(await (await come(created)).next("error")).toMatchObject({ code: "SESSION_ENDED" });
  });

  test("lives for a minute", async () => {
    const clock = createFakeClock(Date.now());
    const { create, come } = await startPlatform({ clock });
    const [early, late] = [await create("ada"), await create("eve")];
    expect(Date.parse(early.expiresAt) - clock.now()).toBeLessThanOrEqual(60_000);
    await clock.advance(55_000);
    await (await come(early)).next("initialized");
    await clock.advance(5000);
    expect(await (await come(late)).next("error")).toMatchObject({ code: "TOKEN_EXPIRED" });
  });

  test("needs no other issuer of tokens", async () => {
    const { create, come } = await startPlatform({ settings: { JWT_SECRET: "" } });
    const created = await create("ada");
    expect(await (await come(created)).next("initialized")).toMatchObject({ sessionId: created.sessionId });
  });

  test("cannot be made with another key, nor used for more than interviews", async () => {
    const { proxy, create, ask } = await startPlatform();
    const { ticket } = await create("ada");
    const forged = await tokenFor("ada", { iss: "interview-sdp-proxy", tenant: "default", jti: "t" });
    const altered = ticket.replace(/\.[^.]*$/, ".AAAA");
    const own = await ticketFor("ada");
    for (const token of [forged, altered]) {
      const client = proxy.connect(`/?token=${token}`);
      expect(await client.next("error")).toMatchObject({ code: "UNAUTHENTICATED" });
    }
    expect(await ask("GET", "/api/sessions", { bearer: ticket })).toMatchObject({ status: 403 });
    expect(await ask("GET", "/api/sessions", { bearer: own })).toMatchObject({ status: 403 });
    expect(proxy.logLines.join("")).not.toContain(ticket.slice(-20));
  });

  test("is for who may ask for it", async () => {
    const { create, ask } = await startPlatform();
    const { sessionId } = await create("ada");
    const path = `/api/sessions/${sessionId}/ticket`;
    for (const scope of ["interview", "observe"])
      expect((await ask("POST", path, { bearer: await tokenFor("ada", { scope }) })).status).toBe(403);
    expect((await ask("POST", path, { bearer: await tokenFor("staff", { scope: "operate" }) })).status).toBe(201);
    expect(await ask("POST", `/api/sessions/${UNKNOWN_ID}/ticket`)).toMatchObject({
      status: 403,
      json: { error: { code: "SESSION_FORBIDDEN" } },
    });
  });
});
