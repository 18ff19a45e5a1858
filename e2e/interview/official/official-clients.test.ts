import type { SessionDetails } from "@interview-proxy/protocol";
import type { SidebandWS } from "openai/resources/live/sideband/ws";
import type { CallReport } from "openai-voice-simulator";
import { expect, test, vi } from "vitest";
import type { TranscriptDocument } from "../../../fly-interview-hybrid/src/transcripts/document.ts";
import { saidIn } from "../../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { type Candidate, openCandidate } from "../browser.ts";
import { PATIENCE } from "../conversation.ts";
import { hs256 } from "../hs256.ts";
import { expectNoSecret, type RunningProxy, SECRETS, startProxy } from "../running-proxy.ts";
import { snippetForNode, snippetForPage } from "./documented-snippets.ts";
import { servePage } from "./foreign-origin.ts";

const JWT_SECRET = "e2e-jwt-secret-0123456789abcdef0123456789";
const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef01234567";

const key = hs256({ sub: "ada", exp: 4_102_444_800 }, JWT_SECRET);

function startOpenProxy(voiceApi: "realtime" | "live"): Promise<RunningProxy> {
  const door = { DATA_CHANNEL: "open", VOICE_API: voiceApi, JWT_SECRET, SERVICE_TOKEN };
  const settings = { SIMULATION_MODE: "true", NODE_ENV: "development", IDLE_SECONDS: "2", ...door };
  return startProxy("node dist/main.js", settings);
}

/** A page of somebody else's that runs a snippet of the documents against the proxy. */
async function begin(snippet: string, proxy: RunningProxy): Promise<Candidate> {
  const candidate = await openCandidate();
  await candidate.page.goto(await servePage(await snippetForPage(snippet)));
  const begun = `snippet.begin(${JSON.stringify(proxy.url)}, ${JSON.stringify(key)})`;
  await candidate.page.evaluate(`${begun}.then((interview) => void (window.interview = interview))`);
  return candidate;
}

/** Interviewer and candidate hear each other; returns when the interviewer has said so many things. */
async function converse(candidate: Candidate, proxy: RunningProxy): Promise<void> {
  await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
  await spoken(proxy, 1);
  await candidate.speak();
  await spoken(proxy, 2);
}

async function spoken(proxy: RunningProxy, times: number): Promise<void> {
  await vi.waitFor(async () => {
    const [call] = await proxy.calls();
    const heard = call?.events.filter(isHeardToItsEnd);
    expect(heard).toHaveLength(times);
  }, PATIENCE);
}

/** A line of the interviewer's, as either API's simulation logs it. */
function isHeardToItsEnd({ type, event }: CallReport["events"][number]): boolean {
  return type === "output_audio_buffer.stopped" || (type === "call.said" && (event as Words).role === "interviewer");
}

interface Words {
  readonly role: string;
  readonly text: string;
  readonly startMs: number;
}

/** Who said what, by the simulator's own log. */
function wordsIn(call: CallReport): readonly (readonly [role: string, text: string | null])[] {
  if (call.api === "realtime") return saidIn(call).map(([role, , text]) => [role, text]);
  const words = call.events.filter(({ type }) => type === "call.said").map(({ event }) => event as Words);
  return words.toSorted((a, b) => a.startMs - b.startMs).map(({ role, text }) => [role, text.trim()]);
}

interface Listed {
  readonly sessions: readonly {
    readonly sessionId: string;
    readonly endReason: string | null;
    readonly person: string;
  }[];
}

async function ask<T>(proxy: RunningProxy, path: string): Promise<T> {
  const response = await fetch(proxy.url + path, { headers: { authorization: `Bearer ${SERVICE_TOKEN}` } });
  return (await response.json()) as T;
}

/** The person's one session ends when nobody comes back, and no call is left. Who spoke, by its transcript, which has what was said. */
async function kept(proxy: RunningProxy): Promise<readonly string[]> {
  await vi.waitFor(async () => {
    const { sessions } = await ask<Listed>(proxy, "/api/sessions");
    expect(sessions).toMatchObject([{ person: "ada", endReason: "client_gone" }]);
  }, PATIENCE);
  const calls = await proxy.calls();
  expect(calls).toMatchObject([{ state: "ended" }]);
  const [session] = (await ask<Listed>(proxy, "/api/sessions")).sessions;
  const { turns } = await ask<TranscriptDocument>(proxy, `/api/sessions/${session?.sessionId}/transcript`);
  expect(turns.map(({ role, text }) => [role, text])).toEqual(calls.flatMap(wordsIn));
  expectNoSecret([proxy.command.output()]);
  return turns.map(({ role }) => role);
}

test("@openai/agents-realtime holds a spoken interview; its own instructions neither change nor end it", async () => {
  const proxy = await startOpenProxy("realtime");
  const candidate = await begin("agents-sdk", proxy);
  await converse(candidate, proxy);
  const state = await candidate.page.evaluate<{ callId: string; roles: string[] }>(
    "({ callId: interview.transport.callId, roles: interview.history.map(({ role }) => role) })",
  );
  expect(state.callId).toMatch(/^rtc_/);
  expect(state.roles).toEqual(expect.arrayContaining(["assistant", "user"]));

  const [call] = await proxy.calls();
  const fromPage =
    call?.events.filter(({ direction, type }) => direction === "client" && type === "session.update") ?? [];
  const updates = fromPage.map(({ event }) => JSON.stringify(event));
  expect(updates.some((update) => update.includes("The server has its own."))).toBe(true);
  expect(updates.some((update) => update.includes('"tracing"'))).toBe(true);
  // What was in force last is the server's.
  const inForce = call?.events
    .filter(({ type }) => type === "session.updated")
    .map(({ event }) => JSON.stringify(event));
  expect(inForce?.at(-1)).toContain(SECRETS.instructions);
  const { sessions } = await ask<Listed>(proxy, "/api/sessions");
  const { marks } = await ask<SessionDetails>(proxy, `/api/sessions/${sessions[0]?.sessionId}`);
  expect(marks.filter(({ counted }) => counted)).toEqual([]);
  await candidate.page.evaluate("interview.close()");
  expect(await kept(proxy)).toEqual(["interviewer", "candidate", "interviewer"]);
});

test("openai/realtime/webrtc holds a spoken interview", async () => {
  const proxy = await startOpenProxy("realtime");
  const candidate = await begin("realtime-webrtc", proxy);
  await converse(candidate, proxy);
  await candidate.page.evaluate("interview.close()");
  expect(await kept(proxy)).toEqual(["interviewer", "candidate", "interviewer"]);
});

test("openai/live/webrtc holds a spoken interview, and is told neither instructions nor history", async () => {
  const proxy = await startOpenProxy("live");
  const candidate = await begin("live-webrtc", proxy);
  const listen = "interview.dataChannel.addEventListener('message', ({ data }) => got.push(data))";
  await candidate.page.evaluate(`window.got = []; ${listen}`);
  await converse(candidate, proxy);
  const told = await candidate.page.evaluate<string[]>("got");
  expect(told.join()).toContain("session.output_transcript.delta");
  expectNoSecret([...told, ...candidate.received]);
  await candidate.page.evaluate("interview.close()");
  expect(await kept(proxy)).toEqual(["interviewer", "candidate", "interviewer"]);
});

interface LiveBackend {
  begin(
    server: string,
    key: string,
    person: string,
    offer: string,
  ): Promise<{ answer: string; attach(): SidebandWS; hangUp(): Promise<void> }>;
}

test("a backend makes, watches and ends Live sessions with the openai package", async () => {
  const proxy = await startOpenProxy("live");
  const backend = await snippetForNode<LiveBackend>("live-backend");
  const session = await backend.begin(proxy.url, SERVICE_TOKEN, "grace", await offerOf(proxy));
  expect(session.answer.startsWith("v=0")).toBe(true);
  const sideband = session.attach();
  const closed = new Promise<string>((resolve) => sideband.on("session.closed", ({ reason }) => resolve(reason)));
  await new Promise<void>((resolve) => sideband.on("session.started", () => resolve()));
  await session.hangUp();
  expect(await closed).toBe("close_requested");
  await expect(session.hangUp()).rejects.toMatchObject({ status: 404, code: "session_id_not_found" });
  await vi.waitFor(async () => expect(await proxy.calls()).toMatchObject([{ state: "ended" }]), PATIENCE);
});

interface Backend {
  begin(
    server: string,
    key: string,
    person: string,
    offer: string,
  ): Promise<{ answer: string; hangUp(): Promise<void> }>;
  keyForPage(server: string, key: string, person: string): Promise<string>;
}

/** What a page would offer whose backend speaks for it. */
async function offerOf(proxy: RunningProxy): Promise<string> {
  const { page } = await openCandidate();
  await page.goto(proxy.url);
  return page.evaluate<string>(`(async () => {
    const peer = new RTCPeerConnection();
    peer.createDataChannel("oai-events");
    peer.addTransceiver("audio");
    return (await peer.createOffer()).sdp;
  })()`);
}

test("a backend makes and ends calls, and mints a key, with the openai package", async () => {
  const proxy = await startOpenProxy("realtime");
  const backend = await snippetForNode<Backend>("backend");
  const offer = await offerOf(proxy);
  const call = await backend.begin(proxy.url, SERVICE_TOKEN, "grace", offer);
  expect(call.answer.startsWith("v=0")).toBe(true);
  await call.hangUp();
  await expect(call.hangUp()).rejects.toMatchObject({ status: 404, code: "call_id_not_found" });
  expect(await proxy.calls()).toMatchObject([{ state: "ended" }]);

  const minted = await backend.keyForPage(proxy.url, SERVICE_TOKEN, "ada");
  const headers = { authorization: `Bearer ${minted}`, "content-type": "application/sdp" };
  const reply = await fetch(`${proxy.url}/v1/realtime/calls`, { method: "POST", headers, body: offer });
  expect(reply.status).toBe(201);
  const { sessions } = await ask<Listed>(proxy, "/api/sessions");
  expect(sessions.map(({ person }) => person)).toEqual(["ada", "grace"]);
});
