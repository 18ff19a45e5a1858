import {
  invitationListSchema,
  invitationSchema,
  personExportSchema,
  sessionDetailsSchema,
} from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer } from "../sample-sdp.ts";
import { startInviting } from "./invited.ts";
import { SECRETS } from "./secrets.ts";
import { tokenFor } from "./start-proxy.ts";

const DAY_MS = 86_400_000;

describe("an invitation", () => {
  test("brings its candidate to the interview that was asked for", async () => {
    const { proxy, ask, invite, redeem, come } = await startInviting();
    const invited = await invite("ada", {
      persona: "cedar",
      instructions: `${SECRETS.instructions} Ask in rhyme.`,
      questions: ["Why rhyme?"],
      maxDurationSeconds: 900,
      metadata: { application: "4711" },
    });
    const path = `/api/invitations/${invited.invitationId}`;
    expect(invitationSchema.parse((await ask("GET", path)).json)).toMatchObject({
      person: "ada",
      persona: "cedar",
      status: "open",
      redeemedAt: null,
      attempts: 0,
      sessionId: null,
      metadata: { application: "4711" },
    });
    const ticket = await redeem(invited);
    expect(ticket.url).toBe(`${proxy.url.replace("http", "ws")}/`);
    const client = await come(ticket);
    expect(await client.next("initialized")).toMatchObject({ sessionId: ticket.sessionId, aiPersona: "cedar" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    expect(proxy.simulator.liveCalls()[0]?.request).toMatchObject({
      session: { instructions: expect.stringMatching(/Ask in rhyme\.[^]*1\. Why rhyme\?/) },
    });
    expect((await ask("GET", `/api/sessions/${ticket.sessionId}`)).json).toMatchObject({
      person: "ada",
      status: "running",
      limits: { maxDurationSeconds: 900 },
      metadata: { application: "4711" },
    });
    const redeemed = await ask("GET", path);
    expect(redeemed.json).toMatchObject({ status: "redeemed", attempts: 1, sessionId: ticket.sessionId });
    expect(redeemed.text).not.toContain("rhyme");
  });

  test("takes the candidate's consent with the text, and keeps when it was told first", async () => {
    const clock = createFakeClock();
    const { ask, invite, redeem, present } = await startInviting({ clock });
    const invited = await invite("ada");
    const { sessionId } = await redeem(invited);
    const consentedAt = async () =>
      sessionDetailsSchema.parse((await ask("GET", `/api/sessions/${sessionId}`)).json).consentedAt;
    expect(await consentedAt()).toBeNull();
    await clock.advance(1_000);
    const told = new Date(clock.now()).toISOString();
    await redeem(invited, { consent: true });
    await clock.advance(1_000);
    await redeem(invited, { consent: true });
    expect(await consentedAt()).toBe(told);
    const { sessions } = personExportSchema.parse((await ask("GET", "/api/persons/ada/export")).json);
    expect(sessions).toMatchObject([{ sessionId, consentedAt: told }]);
    expect((await ask("DELETE", "/api/persons/ada")).status).toBe(200);
    expect(await consentedAt(), "erasing the words leaves the proof").toBe(told);

    const refused = await present(invited.invitation, { consent: false as never });
    expect((refused.json as { error: { code: string } }).error.code).toBe("INVALID_MESSAGE");
  });

  test("has a link for people where an address for them is known", async () => {
    const plain = await startInviting();
    expect(await plain.invite("ada")).not.toHaveProperty("url");
    const own = await startInviting({ settings: { PUBLIC_URL: "https://talk.example/voice" } });
    const invited = await own.invite("ada");
    expect(invited.url).toBe(`https://talk.example/voice/interview?invitation=${invited.invitation}`);
    const other = await startInviting({ settings: { INVITATION_URL: "https://jobs.example/talk?lang=de" } });
    const elsewhere = await other.invite("ada");
    expect(elsewhere.url).toBe(`https://jobs.example/talk?lang=de&invitation=${elsewhere.invitation}`);
  });

  test("loses nothing with a lost tab: it leads back to its own interview while that lasts, also when it has expired", async () => {
    const clock = createFakeClock();
    const { ask, invite, redeem, come, refused } = await startInviting({ clock, settings: { IDLE_SECONDS: "3600" } });
    const invited = await invite("ada", { expiresInSeconds: 60 });
    const first = await redeem(invited);
    const again = await redeem(invited);
    expect(again.sessionId).toBe(first.sessionId);
    expect(again.ticket).not.toBe(first.ticket);
    const lost = await come(first);
    await lost.next("initialized");
    lost.close();
    await clock.advance(120_000);
    const back = await redeem(invited);
    expect(back.sessionId).toBe(first.sessionId);
    expect(await (await come(back)).next("initialized")).toMatchObject({ sessionId: first.sessionId, resumed: true });

    await ask("POST", `/api/sessions/${first.sessionId}/end`);
    expect(await refused(invited)).toMatchObject({ code: "INVITATION_USED", reason: "ended_by_service" });
    expect((await ask("GET", `/api/invitations/${invited.invitationId}`)).json).toMatchObject({ attempts: 4 });
  });

  test("expires by the clock, redeemed or not, where its interview was not begun", async () => {
    const clock = createFakeClock();
    const { ask, invite, redeem, refused } = await startInviting({ clock });
    const [unseen, seen] = [
      await invite("ada", { expiresInSeconds: 60 }),
      await invite("eve", { expiresInSeconds: 60 }),
    ];
    expect(Date.parse(unseen.expiresAt)).toBe(clock.now() + 60_000);
    const byDefault = await invite("bob");
    expect(Date.parse(byDefault.expiresAt)).toBe(clock.now() + 7 * DAY_MS);
    await redeem(seen);
    await clock.advance(60_001);
    for (const invited of [unseen, seen]) expect(await refused(invited)).toMatchObject({ code: "INVITATION_EXPIRED" });
    expect((await ask("GET", `/api/invitations/${unseen.invitationId}`)).json).toMatchObject({ status: "expired" });
    // The interview that waited for nobody is ended by the sweep, and the invitation says the same.
    await clock.advance(120_000);
    expect(await refused(seen)).toMatchObject({ code: "INVITATION_EXPIRED" });
    await redeem(byDefault);
  });

  test("that is revoked opens nothing: not again, and not by a ticket that is under way", async () => {
    const { ask, invite, redeem, come, refused } = await startInviting();
    const [fresh, waiting] = [await invite("ada"), await invite("ada")];
    const ticket = await redeem(waiting);
    for (const invited of [fresh, waiting, waiting]) {
      expect((await ask("DELETE", `/api/invitations/${invited.invitationId}`)).status).toBe(204);
      expect(await refused(invited)).toMatchObject({ code: "INVITATION_REVOKED" });
    }
    expect(await (await come(ticket)).next("error")).toMatchObject({ code: "SESSION_ENDED" });
    expect((await ask("GET", `/api/invitations/${fresh.invitationId}`)).json).toMatchObject({ status: "revoked" });
  });

  test("that is revoked in mid-interview leaves the interview alone, and leads nobody back", async () => {
    const { ask, invite, redeem, come, refused } = await startInviting();
    const invited = await invite("ada");
    const ticket = await redeem(invited);
    const client = await come(ticket);
    await client.next("initialized");
    expect((await ask("DELETE", `/api/invitations/${invited.invitationId}`)).status).toBe(204);
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    expect(await refused(invited)).toMatchObject({ code: "INVITATION_REVOKED" });
    expect((await ask("GET", `/api/sessions/${ticket.sessionId}`)).json).toMatchObject({ status: "running" });
  });

  test("is counted, and closed when it was opened too often", async () => {
    const { ask, invite, redeem, refused } = await startInviting({ settings: { INVITATION_ATTEMPTS: "2" } });
    const invited = await invite("ada");
    await redeem(invited);
    await redeem(invited);
    for (let n = 0; n < 3; n++) expect(await refused(invited)).toMatchObject({ code: "INVITATION_EXHAUSTED" });
    expect((await ask("GET", `/api/invitations/${invited.invitationId}`)).json).toMatchObject({ attempts: 2 });
    await redeem(await invite("ada"));
  });

  test("opens one session, however many redeem it at once", async () => {
    const { ask, invite, redeem } = await startInviting();
    const invited = await invite("ada");
    const tickets = await Promise.all(Array.from({ length: 100 }, () => redeem(invited)));
    expect(new Set(tickets.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(new Set(tickets.map(({ ticket }) => ticket)).size).toBe(100);
    expect((await ask("GET", "/api/sessions")).json).toMatchObject({ sessions: [{ person: "ada" }], nextCursor: null });
    expect((await ask("GET", `/api/invitations/${invited.invitationId}`)).json).toMatchObject({ attempts: 100 });
  });
});

describe("the text of an invitation", () => {
  test("is refused in one way, whatever is wrong with it", async () => {
    const { proxy, ask, invite, present } = await startInviting();
    const { invitation, invitationId } = await invite("ada");
    const [id = "", tenant = "", signature = ""] = invitation.split(".");
    const other = (await invite("eve")).invitation.split(".");
    const elsewhere = await startInviting();
    const bodies = [
      invitation.slice(0, -1),
      `${invitation}A`,
      `${id}.${tenant}.${"A".repeat(43)}`,
      `${id}.${tenant}.${other[2]}`,
      `${other[0]}.${tenant}.${signature}`,
      `${id}.${Buffer.from("other").toString("base64url")}.${signature}`,
      invitation.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) ^ 1)),
      // Signed by a key of ours, of which there is no record here.
      (await elsewhere.invite("ada")).invitation,
      invitationId,
      id,
      "x",
      "\u0000",
      await tokenFor("ada"),
    ];
    const replies = await Promise.all(bodies.map((body) => present(body)));
    for (const { status, json } of replies) {
      const { error } = json as { error: Record<string, unknown> };
      expect({ status, ...error, requestId: "" }).toEqual({
        status: 403,
        code: "INVITATION_INVALID",
        message: expect.stringContaining("ask whoever invited you"),
        retryable: false,
        requestId: "",
      });
    }
    expect((await ask("GET", `/api/invitations/${invitationId}`)).json).toMatchObject({ attempts: 0 });
    expect(proxy.logLines.join("")).not.toContain(signature);
  });

  test("is nowhere but in the reply that made it, and opens nothing else", async () => {
    const { proxy, ask, invite, redeem } = await startInviting();
    const invited = await invite("ada");
    const { sessionId } = await redeem(invited);
    const signature = invited.invitation.slice(-43);
    for (const path of ["/api/invitations", `/api/invitations/${invited.invitationId}`, `/api/sessions/${sessionId}`])
      expect((await ask("GET", path)).text).not.toContain(signature);
    for (const path of ["/api/sessions", `/api/sessions/${sessionId}/transcript`, "/api/invitations"])
      expect((await ask("GET", path, { bearer: invited.invitation })).status).toBe(401);
    await proxy.fetch(`/api/invitations?invitation=${invited.invitation}`);
    expect(proxy.logLines.join("")).toContain(invited.invitationId);
    expect(proxy.logLines.join("")).not.toContain(signature);
  });

  test("is taken from pages that may connect only, and no faster than an address may", async () => {
    const { invite, present } = await startInviting({
      settings: { ALLOWED_ORIGINS: "https://jobs.example", CONNECTIONS_PER_MINUTE: "4" },
    });
    const { invitation } = await invite("ada");
    const from = (origin: string): ReturnType<typeof present> => present(invitation, { headers: { origin } });
    const foreign = await from("https://evil.example");
    expect(foreign).toMatchObject({ status: 403, json: { error: { code: "ORIGIN_NOT_ALLOWED" } } });
    const allowed = await from("https://jobs.example");
    expect(allowed.status).toBe(201);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://jobs.example");
    expect(allowed.headers.get("cache-control")).toBe("no-store");
    await present("x");
    const late = await present(invitation);
    expect(late).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("the invitations of a tenant", () => {
  test("are listed newest first, page by page, and by person", async () => {
    const clock = createFakeClock();
    const { ask, invite } = await startInviting({ clock });
    const made: string[] = [];
    for (const person of ["ada", "eve", "ada", "ada"]) {
      made.unshift((await invite(person)).invitationId);
      await clock.advance(1000);
    }
    const page = async (query: string): Promise<readonly [ids: readonly string[], next: string | null]> => {
      const list = invitationListSchema.parse((await ask("GET", `/api/invitations${query}`)).json);
      return [list.invitations.map(({ invitationId }) => invitationId), list.nextCursor];
    };
    const [first, next] = await page("?limit=3");
    expect(first).toEqual(made.slice(0, 3));
    expect(await page(`?limit=3&cursor=${next}`)).toEqual([made.slice(3), null]);
    expect((await page("?person=eve"))[0]).toEqual([made[2]]);
    expect(await page("?person=bob")).toEqual([[], null]);
  });

  test("are for its staff and backends, and not for a token that is bound to one session", async () => {
    const { ask, invite } = await startInviting();
    const { invitationId } = await invite("ada");
    const path = `/api/invitations/${invitationId}`;
    const status = async (method: string, of: string, scope: string, claims = {}): Promise<number> => {
      const body = method === "POST" ? { body: { person: "ada" } } : {};
      return (await ask(method, of, { bearer: await tokenFor("ada", { scope, ...claims }), ...body })).status;
    };
    for (const [method, of] of [
      ["POST", "/api/invitations"],
      ["GET", "/api/invitations"],
      ["GET", path],
      ["DELETE", path],
    ] as const) {
      expect(await status(method, of, "interview")).toBe(403);
      expect(await status(method, of, "observe")).toBe(method === "GET" ? 200 : 403);
      expect(await status(method, of, "operate", { session: "ses_x" })).toBe(403);
      expect((await ask(method, of, { bearer: "nonsense" })).status).toBe(401);
    }
    expect(await status("POST", "/api/invitations", "operate")).toBe(201);
    expect(await status("DELETE", path, "operate")).toBe(204);
  });

  test("that there are not, are not found", async () => {
    const { ask } = await startInviting();
    for (const id of [`inv_${"A".repeat(22)}`, "x", "%00", "..%2f", "constructor"])
      for (const method of ["GET", "DELETE"])
        expect(await ask(method, `/api/invitations/${id}`)).toMatchObject({
          status: 404,
          json: { error: { code: "NOT_FOUND" } },
        });
  });
});
