import type { PreCheckReply, SessionList, TestCallReply } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer, offerWithDataChannel } from "../sample-sdp.ts";
import { type Inviting, startInviting } from "./invited.ts";
import { askedFor, expectNoCallLeft } from "./provider-log.ts";
import { SECRETS } from "./secrets.ts";
import { RETRY_LOST_CLIENT, SpeakingCandidate } from "./speaking-candidate.ts";
import { type ProxyTestOptions, tokenFor } from "./start-proxy.ts";
import { asOnRealtime, VOICE_API } from "./voice-api.ts";

type Reply = Awaited<ReturnType<Inviting["ask"]>>;

const TURN = { TURN_URLS: "turn:turn.example:3478,turns:turn.example:443", TURN_SECRET: "turn-secret-0123456789" };

interface Checking extends Inviting {
  readonly describe: (body?: object, query?: string) => Promise<Reply>;
  readonly call: (body: object, query?: string) => Promise<Reply>;
}

/** Asks as a candidate's page does: with an invitation, or whatever else is in the body. */
async function startChecking(options: ProxyTestOptions = {}): Promise<Checking> {
  const inviting = await startInviting(options);
  const post = (path: string, body: object): Promise<Reply> => {
    const headers = { "content-type": "application/json" };
    return inviting.proxy.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  };
  return {
    ...inviting,
    describe: (body = {}, query = "") => post(`/api/pre-check${query}`, body),
    call: (body, query = "") => post(`/api/pre-check/call${query}`, body),
  };
}

/** As where calls are made at the real service. */
function startWithCalls(options: ProxyTestOptions = {}): Promise<Checking> {
  return startChecking({
    simulator: { media: "none" },
    ...options,
    settings: { PRECHECK_CALL: "true", ...options.settings },
  });
}

describe("before an interview", () => {
  test("a page learns the server's clock, the ways to try, and that no test call is made unless that is set", async () => {
    const now = Date.now();
    const { proxy, ask } = await startChecking({ clock: createFakeClock(now), settings: TURN });
    const bearer = await tokenFor("ada");
    const { status, json } = await ask("POST", "/api/pre-check", { bearer });
    expect(status).toBe(200);
    expect(json).toEqual({
      time: now,
      testCall: "none",
      iceServers: [
        {
          urls: TURN.TURN_URLS.split(","),
          username: `${Math.ceil(now / 1000) + 300}:pre-check`,
          credential: expect.any(String),
        },
      ],
      dataChannel: VOICE_API === "live" ? "required" : "none",
    });
    const call = await ask("POST", "/api/pre-check/call", { bearer, body: { sdpOffer: audioOffer } });
    expect(call).toMatchObject({ status: 409, json: { error: { code: "NO_TEST_CALL" } } });
    expect(proxy.simulator.calls()).toEqual([]);
  });

  test("an invitation is enough, is not used up by it, and no longer than it leads to an interview", async () => {
    const clock = createFakeClock(Date.now());
    const {
      ask,
      invite,
      redeem,
      come,
      describe: check,
    } = await startChecking({ clock, settings: { IDLE_SECONDS: "3600", INVITATION_ATTEMPTS: "2" } });
    const { invitationId, invitation, ...others } = await invite("ada", { expiresInSeconds: 60 });
    for (let times = 0; times < 3; times++) expect((await check({ invitation })).status).toBe(200);
    expect((await ask("GET", `/api/invitations/${invitationId}`)).json).toMatchObject({ status: "open", attempts: 0 });
    const codeOf = async (text: string): Promise<unknown> =>
      ((await check({ invitation: text })).json as { error?: { code: string } }).error?.code;
    const ticket = await redeem({ invitation, ...others });
    await (await come(ticket)).next("initialized");
    await clock.advance(61_000);
    expect(await codeOf(invitation), "an interview that has begun goes on").toBeUndefined();
    await ask("DELETE", `/api/sessions/${ticket.sessionId}`);
    expect(await codeOf(invitation)).toBe("INVITATION_USED");

    const late = await invite("ada", { expiresInSeconds: 60 });
    await clock.advance(61_000);
    expect(await codeOf(late.invitation)).toBe("INVITATION_EXPIRED");
    const revoked = await invite("ada");
    await ask("DELETE", `/api/invitations/${revoked.invitationId}`);
    expect(await codeOf(revoked.invitation)).toBe("INVITATION_REVOKED");
    expect(await codeOf("inv_nonsense")).toBe("INVITATION_INVALID");
  });

  test("who may hold no interview, or does not say who it is, learns nothing", async () => {
    const { ask, describe: check, call } = await startChecking({ settings: { PRECHECK_CALL: "true" } });
    expect((await check()).status).toBe(401);
    expect((await check({}, "?simulation=true")).status).toBe(401);
    expect((await call({ sdpOffer: audioOffer })).status).toBe(401);
    const bearer = await tokenFor("staff", { scope: "observe" });
    expect((await ask("POST", "/api/pre-check", { bearer, body: {} })).status).toBe(403);
    expect((await ask("POST", "/api/pre-check/call", { bearer, body: { sdpOffer: audioOffer } })).status).toBe(403);
    expect((await call({ sdpOffer: audioOffer, persona: "x" })).status, "not even what a body may hold").toBe(401);
    const [ada, body] = [await tokenFor("ada"), { sdpOffer: audioOffer, persona: "x" }];
    expect((await ask("POST", "/api/pre-check/call", { bearer: ada, body })).status).toBe(400);
  });
});

describe("a test call", () => {
  test("connects for real where calls go to the simulator, also for who visits it", RETRY_LOST_CLIENT, async () => {
    const { proxy, describe: check, call } = await startChecking({ settings: { ALLOW_SIMULATION: "true" } });
    const facts = (await check({}, "?simulation=true")).json as PreCheckReply;
    expect(facts.testCall).toBe("simulator");
    const candidate = new SpeakingCandidate(proxy.simulator);
    const make = (sdpOffer: string): Promise<Reply> => call({ sdpOffer }, "?simulation=true");
    const { status, json } = await make(candidate.offer);
    expect(status).toBe(200);
    expect((await make(audioOffer)).status, "another visitor, of the same address").toBe(200);
    await candidate.accept((json as TestCallReply).sdpAnswer);
    expect(proxy.simulator.calls(), "the real service hears nothing of it").toEqual([]);
  });

  test("is silent, knows nothing of the interview, is hung up after 15 s, and leaves no session", async () => {
    const clock = createFakeClock(Date.now());
    const { proxy, ask, invite, describe: check, call } = await startWithCalls({ clock });
    const { invitation } = await invite("ada", { instructions: SECRETS.instructions });
    expect((await check({ invitation })).json).toMatchObject({ testCall: "provider" });
    const reply = await call({ invitation, sdpOffer: offerWithDataChannel });
    expect(reply).toMatchObject({ status: 200, json: { seconds: 15, sdpAnswer: expect.stringMatching(/^v=0\r\n/) } });
    const [made] = proxy.simulator.liveCalls();
    if (made === undefined) throw new Error("There is no call.");
    expect(askedFor(made).instructions).toMatch(/^This call tests a connection\./);
    const hearsNothing = asOnRealtime("a new call") ? { audio: { input: { turn_detection: null } } } : {};
    expect(made.request.session).toMatchObject(hearsNothing);
    await clock.advance(14_999);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
    await clock.advance(1);
    await expectNoCallLeft(proxy.simulator);
    expect(((await ask("GET", "/api/sessions")).json as SessionList).sessions).toEqual([]);
  });

  test("is one at a time for each person, and some at once", async () => {
    const { proxy, ask } = await startWithCalls();
    const makeAs = async (person: string): Promise<number> => {
      const bearer = await tokenFor(person);
      return (await ask("POST", "/api/pre-check/call", { bearer, body: { sdpOffer: audioOffer } })).status;
    };
    for (let n = 0; n < 20; n++) expect(await makeAs(`ada-${n}`)).toBe(200);
    expect(await makeAs("eve")).toBe(503);
    expect(await makeAs("ada-7")).toBe(200);
    if (proxy.simulator.liveCalls().length > 20)
      await proxy.simulator.waitFor(() => proxy.simulator.liveCalls().length === 20);
    expect(proxy.simulator.calls()).toHaveLength(21);
    await proxy.app.close();
    await expectNoCallLeft(proxy.simulator);
  });

  test("that nobody waits for any more is hung up when it comes to be", async () => {
    const { proxy } = await startWithCalls();
    proxy.simulator.injectFault({ kind: "late_answer", ms: 300 });
    const leaving = new AbortController();
    const headers = { "content-type": "application/json", authorization: `Bearer ${await tokenFor("ada")}` };
    const body = JSON.stringify({ sdpOffer: audioOffer });
    const request = { method: "POST", headers, body, signal: leaving.signal };
    const asked = fetch(`${proxy.url}/api/pre-check/call`, request);
    await proxy.simulator.waitFor(({ type }) => type === "call.created");
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    await proxy.simulator.waitFor(({ type }) => type === "call.ended", { timeoutMs: 15_000 });
    expect(proxy.simulator.liveCalls()).toEqual([]);
  });

  test("is refused as an offer of an interview is", async () => {
    const { ask } = await startWithCalls({ settings: { CALLS_PER_MINUTE: "1" } });
    const bearer = await tokenFor("ada");
    const make = (sdpOffer: string): Promise<Reply> =>
      ask("POST", "/api/pre-check/call", { bearer, body: { sdpOffer } });
    expect(await make("v=0")).toMatchObject({ status: 422, json: { error: { code: "SDP_INVALID", line: 1 } } });
    expect((await make(audioOffer)).status).toBe(200);
    expect(await make(audioOffer)).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
  });
});
