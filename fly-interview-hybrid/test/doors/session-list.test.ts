import {
  sessionDetailsSchema,
  sessionListSchema,
  type SessionList,
  type UsageReply,
  usageReplySchema,
} from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer } from "../sample-sdp.ts";
import { type Platform, startPlatform, UNKNOWN_ID } from "./platform.ts";
import { tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

async function list({ ask }: Platform, query = "", bearer?: string): Promise<SessionList> {
  const { status, json } = await ask("GET", `/api/sessions${query}`, bearer === undefined ? {} : { bearer });
  expect(status).toBe(200);
  return sessionListSchema.parse(json);
}

const idsOf = ({ sessions }: SessionList): readonly string[] => sessions.map(({ sessionId }) => sessionId);

describe("the list of sessions", () => {
  test("has every session once, page by page, also while others are created", async () => {
    const clock = createFakeClock(Date.now());
    const platform = await startPlatform({ clock });
    const created: string[] = [];
    // Two at each moment, so that pages end within one.
    for (let i = 0; i < 7; i++) {
      created.push((await platform.create(`person-${i}`)).sessionId);
      if (i % 2 === 1) await clock.advance(1);
    }
    await clock.advance(1);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: SessionList = await list(platform, `?limit=3${cursor === null ? "" : `&cursor=${cursor}`}`);
      expect(page.sessions.length).toBeLessThanOrEqual(3);
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
      await platform.create("latecomer");
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(created.toSorted());
    expect((await list(platform, "?limit=200")).nextCursor).toBeNull();
  });

  test("may be asked for one person, and by what sessions are doing", async () => {
    const platform = await startPlatform();
    const waiting = await platform.create("ada", { metadata: { round: "2" } });
    const running = await platform.create("ada");
    const over = await platform.create("eve");
    await (await platform.come(running)).next("initialized");
    await platform.ask("POST", `/api/sessions/${over.sessionId}/end`);
    expect(idsOf(await list(platform, "?status=scheduled"))).toEqual([waiting.sessionId]);
    expect(idsOf(await list(platform, "?status=running"))).toEqual([running.sessionId]);
    expect(idsOf(await list(platform, "?status=ended&person=ada"))).toEqual([]);
    const [ended] = (await list(platform, "?person=eve")).sessions;
    expect(ended).toMatchObject({ sessionId: over.sessionId, status: "ended", endReason: "ended_by_service" });
    const [first] = (await list(platform, "?person=ada&status=scheduled")).sessions;
    expect(first).toMatchObject({ person: "ada", persona: "interviewer", metadata: { round: "2" } });
  });

  test("may be searched by persona, by why sessions ended, and by when they were created", async () => {
    const clock = createFakeClock(Date.parse("2026-03-01T12:00:00Z"));
    const platform = await startPlatform({ clock });
    const first = await platform.create("ada", { persona: "alloy" });
    await clock.advance(60_000);
    const second = await platform.create("eve", { persona: "verse" });
    await platform.ask("POST", `/api/sessions/${second.sessionId}/end`);
    await clock.advance(60_000);
    const third = await platform.create("ada", { persona: "verse" });
    await platform.ask("DELETE", `/api/sessions/${third.sessionId}`);
    const found = async (query: string): Promise<readonly string[]> => idsOf(await list(platform, query));
    expect(await found("?persona=verse")).toEqual([third.sessionId, second.sessionId]);
    expect(await found("?persona=verse&person=ada")).toEqual([third.sessionId]);
    expect(await found("?endReason=deleted")).toEqual([third.sessionId]);
    expect(await found("?endReason=time_limit")).toEqual([]);
    expect(await found("?from=2026-03-01T12:01:00Z&to=2026-03-01T12:02:00Z")).toEqual([second.sessionId]);
    expect(await found("?to=2026-03-01T14:01:00%2B02:00")).toEqual([first.sessionId]);
    const page = await list(platform, "?persona=verse&limit=1");
    expect(await found(`?persona=verse&limit=1&cursor=${page.nextCursor}`)).toEqual([second.sessionId]);
    for (const query of ["from=yesterday", "to=1", "endReason=nonsense", "persona=a%20b"])
      expect(await platform.ask("GET", `/api/sessions?${query}`)).toMatchObject({
        status: 400,
        json: { error: { code: "INVALID_MESSAGE", field: query.split("=")[0] } },
      });
  });

  test("is for the tenant's backend and observers, and for no token that is bound to one session", async () => {
    const platform = await startPlatform();
    const { sessionId } = await platform.create("ada");
    for (const scope of ["operate", "observe"])
      expect(idsOf(await list(platform, "", await tokenFor("staff", { scope })))).toEqual([sessionId]);
    for (const bearer of [
      await tokenFor("ada"),
      await tokenFor("staff", { scope: "admin" }),
      await tokenFor("staff", { scope: "operate", session: sessionId }),
    ]) {
      expect(await platform.ask("GET", "/api/sessions", { bearer })).toMatchObject({
        status: 403,
        json: { error: { code: "FORBIDDEN" } },
      });
    }
  });
});

describe("one session", () => {
  test("is described with its calls, its usage and nothing of what the interviewer is told", async () => {
    const platform = await startPlatform();
    const { ask } = platform;
    const created = await platform.create("ada", { instructions: "Ask about SECRET PLANS.", questions: ["PLAN B?"] });
    const client = await platform.come(created);
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    const read = async (): Promise<ReturnType<typeof sessionDetailsSchema.parse>> =>
      sessionDetailsSchema.parse((await ask("GET", `/api/sessions/${created.sessionId}`)).json);
    // A Live call is billed by its seconds, at least fifteen of them.
    const used = asOnRealtime("usage") ? { responses: 1, voiceSeconds: 0 } : { responses: 0, voiceSeconds: 15 };
    await expect.poll(async () => (await read()).usage).toMatchObject(used);
    client.send({ type: "disconnect" });
    await client.next("disconnected");
    await expect.poll(async () => (await read()).calls[0]?.state).toBe("ended");
    const session = await read();
    expect(session).toMatchObject({ status: "ended", endReason: "client_disconnected", calls: [{ usage: {} }] });
    expect(session.usage).toMatchObject(used);
    expect(session.usage.outputAudioTokens > 0).toBe(asOnRealtime("usage"));
    expect(session.calls.map(({ usage }) => usage)).toEqual([session.usage]);
    expect(Date.parse(session.endedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(session.startedAt ?? ""));
    expect(JSON.stringify(session)).not.toMatch(/PLAN/);

    const usageSince = async (since = ""): Promise<UsageReply> =>
      usageReplySchema.parse((await ask("GET", `/api/usage${since}`)).json);
    expect(await usageSince()).toEqual({ since: null, usage: session.usage });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await usageSince(`?since=${tomorrow}`)).toMatchObject({ since: tomorrow, usage: { responses: 0 } });
  });

  test("of another, and one that never was, are alike; who holds the interview may not look behind it", async () => {
    const { ask, create } = await startPlatform();
    const { sessionId } = await create("ada");
    const read = async (id: string, claims?: object): Promise<unknown> => {
      const bearer = claims === undefined ? {} : { bearer: await tokenFor("ada", { ...claims }) };
      const { status, json } = await ask("GET", `/api/sessions/${id}`, bearer);
      return [status, (json as { error?: { code: string } }).error?.code];
    };
    expect(await read(sessionId, { scope: "observe" })).toEqual([200, undefined]);
    expect(await read(sessionId, { scope: "observe", session: sessionId })).toEqual([200, undefined]);
    expect(await read(UNKNOWN_ID)).toEqual([403, "SESSION_FORBIDDEN"]);
    expect(await read(sessionId, { scope: "observe", session: UNKNOWN_ID })).toEqual([403, "SESSION_FORBIDDEN"]);
    expect(await read(sessionId, {})).toEqual([403, "FORBIDDEN"]);
    expect(await read(UNKNOWN_ID, {})).toEqual([403, "FORBIDDEN"]);
  });

  test("sums of the tenant are for its backend", async () => {
    const { ask } = await startPlatform();
    for (const scope of ["interview", "observe"])
      expect((await ask("GET", "/api/usage", { bearer: await tokenFor("ada", { scope }) })).status).toBe(403);
  });
});
