import type { SdpExchangeResponse, ServerMessageOf, SessionDetails, SessionList } from "@interview-proxy/protocol";
import type { SimulatorOptions } from "openai-voice-simulator";
import { describe, expect, test } from "vitest";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { audioOffer, offerWithDataChannel } from "../sample-sdp.ts";
import { readEvents } from "./event-reader.ts";
import { type Platform, SERVICE, startPlatform } from "./platform.ts";
import { INTERVIEWER_DELTA } from "./provider-log.ts";
import type { SocketClient } from "./socket-client.ts";
import { tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

/** The first line is long enough to break into. Nobody answers by voice. */
const SILENT_CANDIDATE: SimulatorOptions = {
  media: "none",
  wordsPerSecond: 10,
  script: {
    turns: [
      { interviewer: `Hello, and ${"welcome, ".repeat(60)}and now: who are you?` },
      { interviewer: "What do you build?" },
      { interviewer: "Thank you." },
    ],
  },
};
const ANSWER = "I am Ada.\nI build engines.";

type Turn = ServerMessageOf<"turn">;

async function begin(settings: Record<string, string> = {}, offer = audioOffer): Promise<Begun> {
  const platform = await startPlatform({ settings, simulator: SILENT_CANDIDATE });
  const client = await platform.proxy.connectAs("ada");
  client.send({ type: "init" });
  const { sessionId, resumeToken } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer });
  await client.next("sdp_answer");
  await platform.proxy.simulator.waitFor(({ type }) => type === INTERVIEWER_DELTA);
  return { platform, client, sessionId, resumeToken };
}

interface Begun {
  readonly platform: Platform;
  readonly client: SocketClient;
  readonly sessionId: string;
  readonly resumeToken: string;
}

async function viewOf({ platform, sessionId }: Pick<Begun, "platform" | "sessionId">): Promise<SessionDetails> {
  return (await platform.ask("GET", `/api/sessions/${sessionId}`)).json as SessionDetails;
}

/** Breaks into the first line, and hears what becomes of that. */
async function typeInto(next: () => Promise<Turn>, say: () => unknown): Promise<void> {
  await say();
  expect(await next()).toMatchObject({ n: 1, role: "interviewer", status: "interrupted" });
  const typed = await next();
  expect(typed).toMatchObject({ n: 2, role: "candidate", status: "complete", text: ANSWER, typed: true });
  expect(typed.inferred, "Live tells nothing of it").toBe(asOnRealtime("a typed answer") ? undefined : true);
  expect(typed.startedAt).not.toBeNull();
  const reply = await next();
  expect(reply).toMatchObject({ n: 3, role: "interviewer", text: "What do you build?" });
  expect(reply.typed).toBeUndefined();
}

describe("a typed answer", () => {
  test("cuts in, is answered, and is in the transcript once, in its place, marked and proved", async () => {
    const begun = await begin();
    const { platform, client, sessionId } = begun;
    await typeInto(
      () => client.next("turn"),
      () => client.send({ type: "say", text: ANSWER }),
    );
    await platform.ask("DELETE", `/api/sessions/${sessionId}`);
    const path = `/api/sessions/${sessionId}/transcript`;
    const { text } = await platform.ask("GET", path);
    expect(verifyTranscript(Buffer.from(text))).toMatchObject({ ok: true, turns: 3 });
    expect(verifyTranscript(Buffer.from(text.replace(/\n *"typed": true,/, "")))).toMatchObject({ ok: false, turn: 2 });
    expect((await platform.ask("GET", `${path}?format=text`)).text).toContain("I am Ada. I build engines. [typed]");
    expect(platform.proxy.logLines.join("")).not.toContain("I am Ada");
  });

  test("comes by HTTP too, and is heard of by whoever follows the session", async () => {
    const { platform, sessionId, resumeToken } = await beginByHttp();
    const reader = await readEvents(platform.proxy, sessionId, SERVICE);
    await platform.proxy.simulator.waitFor(({ type }) => type === INTERVIEWER_DELTA);
    await typeInto(
      async () => (await reader.next("turn")).message,
      async () => {
        const body = { text: ANSWER };
        const reply = await platform.ask("POST", `/api/sessions/${sessionId}/say`, { bearer: resumeToken, body });
        expect(reply).toMatchObject({ status: 202, text: "" });
      },
    );
  });

  test("is not held against an open page", async () => {
    const begun = await begin({ DATA_CHANNEL: "open", POLICY_VIOLATIONS: "1" }, offerWithDataChannel);
    await typeInto(
      () => begun.client.next("turn"),
      () => begun.client.send({ type: "say", text: ANSWER }),
    );
    expect(await viewOf(begun)).toMatchObject({ status: "running", marks: [] });
  });

  test("has nobody to go to without a call, or before the interviewer is there", async () => {
    const platform = await startPlatform({ simulator: SILENT_CANDIDATE });
    const client = await platform.proxy.connectAs("ada");
    const refusal = async (): Promise<string> => {
      client.send({ type: "say", text: ANSWER });
      return (await client.next("error")).code;
    };
    expect(await refusal(), "no session either").toBe("SESSION_FORBIDDEN");
    client.send({ type: "init" });
    const { sessionId } = await client.next("initialized");
    expect(await refusal()).toBe("NO_CALL");
    const ofAda = { bearer: await tokenFor("ada"), body: { text: ANSWER } };
    const path = `/api/sessions/${sessionId}/say`;
    expect(await platform.ask("POST", path, ofAda)).toMatchObject({
      status: 409,
      json: { error: { code: "NO_CALL" } },
    });
    await platform.ask("DELETE", `/api/sessions/${sessionId}`);
    expect(await platform.ask("POST", path, ofAda)).toMatchObject({ status: 410 });
    expect(await refusal()).toBe("SESSION_ENDED");
    const { sessionId: waiting } = await platform.create("ada");
    const ofWaiting = await platform.ask("POST", `/api/sessions/${waiting}/say`, ofAda);
    expect(ofWaiting).toMatchObject({ status: 409, json: { error: { code: "NO_CALL" } } });
  });

  test("is one of a few a minute", async () => {
    const { client } = await begin({ ANSWERS_PER_MINUTE: "1" });
    client.send({ type: "say", text: ANSWER });
    client.send({ type: "say", text: ANSWER });
    expect(await client.next("error")).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: expect.any(Number) });
  });
});

async function beginByHttp(): Promise<Omit<Begun, "client">> {
  const platform = await startPlatform({ simulator: SILENT_CANDIDATE });
  const bearer = await tokenFor("ada");
  const reply = await platform.ask("POST", "/api/sdp-exchange", { bearer, body: { sdpOffer: audioOffer } });
  return { platform, ...(reply.json as SdpExchangeResponse) };
}

describe("what a page says of the microphone and the line", () => {
  const STATS = { quality: "poor", rttMs: 180.5, lossPercent: 3, jitterMs: 22 } as const;

  test("by its socket: those who watch see it, and the page is told again when it comes back", async () => {
    const begun = await begin();
    const { platform, client, sessionId, resumeToken } = begun;
    const watching = await readEvents(platform.proxy, sessionId, SERVICE);
    client.send({ type: "mute", muted: true });
    client.send({ type: "mute", muted: true });
    client.send({ type: "stats", ...STATS });
    expect(await client.next("muted")).toMatchObject({ muted: true });
    await client.isAlive();
    expect((await watching.next("muted")).message).toEqual({ type: "muted", muted: true });
    await expectView(begun, { muted: true, connection: { ...STATS, at: expect.any(String) } });
    const late = await readEvents(platform.proxy, sessionId, SERVICE);
    expect((await late.next("muted")).message).toMatchObject({ muted: true });

    const back = platform.proxy.connect("/", ["bearer", resumeToken]);
    back.send({ type: "init", resumeToken });
    expect(await back.next("muted")).toMatchObject({ muted: true });
    back.send({ type: "mute", muted: false });
    expect((await watching.next("muted")).message, "said once of each change").toMatchObject({ muted: false });
    await expectView(begun, { muted: false });
    expect((await platform.ask("GET", "/metrics")).text).toContain('interview_client_quality_total{quality="poor"} 1');
  });

  test("by HTTP, with the session's own resume token", async () => {
    const begun = await beginByHttp();
    const { platform, sessionId, resumeToken: bearer } = begun;
    const tell = (what: string, body: object): ReturnType<Platform["ask"]> =>
      platform.ask("POST", `/api/sessions/${sessionId}/${what}`, { bearer, body });
    expect(await tell("mute", { muted: true })).toMatchObject({ status: 204 });
    expect(await tell("stats", { quality: "good" })).toMatchObject({ status: 204 });
    await expectView(begun, { muted: true, connection: { quality: "good", at: expect.any(String) } });
    const { sessions } = (await platform.ask("GET", "/api/sessions")).json as SessionList;
    expect(sessions).toMatchObject([{ sessionId, muted: true }]);
    await platform.ask("DELETE", `/api/sessions/${sessionId}`, { bearer });
    await expectView(begun, { muted: false, connection: null });
    expect(await tell("mute", { muted: true })).toMatchObject({ status: 410 });
  });

  test("is the person's alone to say", async () => {
    const { platform, sessionId } = await begin();
    for (const [what, body] of [
      ["say", { text: ANSWER }],
      ["mute", { muted: true }],
      ["stats", STATS],
    ] as const) {
      for (const bearer of [SERVICE, await tokenFor("eve"), await tokenFor("staff", { scope: "operate" })]) {
        const reply = await platform.ask("POST", `/api/sessions/${sessionId}/${what}`, { bearer, body });
        expect(reply).toMatchObject({ status: 403, json: { error: { code: "SESSION_FORBIDDEN" } } });
      }
      const bearer = await tokenFor("ada");
      const empty = await platform.ask("POST", `/api/sessions/${sessionId}/${what}`, { bearer, body: {} });
      expect(empty).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE" } } });
    }
  });
});

async function expectView(begun: Pick<Begun, "platform" | "sessionId">, view: object): Promise<void> {
  expect(await viewOf(begun)).toMatchObject(view);
}
