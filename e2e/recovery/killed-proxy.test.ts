import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallReport, type Simulator, startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test, vi } from "vitest";
import type { TranscriptDocument } from "../../fly-interview-hybrid/src/transcripts/document.ts";
import { verifyTranscript } from "../../fly-interview-hybrid/src/transcripts/verify.ts";
import { expectNoCallLeft } from "../../fly-interview-hybrid/test/doors/provider-log.ts";
import { saidIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { asOnRealtime } from "../../fly-interview-hybrid/test/doors/voice-api.ts";
import { faultOfAbsence } from "../../fly-interview-hybrid/test/long-runs/comparison.ts";
import { THINKS_MS, untilAllIsSpoken } from "../../fly-interview-hybrid/test/long-runs/interviews.ts";
import { tenTurns } from "../../fly-interview-hybrid/test/long-runs/ten-turns.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";
import { hs256 } from "../interview/hs256.ts";
import { type RunningProxy, SECRETS, startProxy } from "../interview/running-proxy.ts";

const KILLS = 10;

/** Of some 250 events of the interview, or 80: the process is there again before its last line. */
const LAST_KILL_AT_EVENT = asOnRealtime("the words of a line") ? 180 : 30;

const JWT_SECRET = "e2e-jwt-secret-0123456789abcdef0123456789";

/** As long as the proxy waits for a transcription that does not come, and a little more, in milliseconds. */
const PATIENCE = { timeout: 70_000, interval: 250 };

/** One interview for each kill, side by side, each with a proxy and a service of its own, which goes on talking meanwhile. */
test(`a proxy that is killed at ${KILLS} random moments loses no turn`, { timeout: 240_000 }, async () => {
  const moments = Array.from({ length: KILLS }, () => 1 + Math.floor(Math.random() * LAST_KILL_AT_EVENT));
  const faults = await Promise.all(moments.map((event) => interviewKilledAt(event)));
  expect(faults.flatMap((fault) => fault ?? [])).toEqual([]);
});

/** Holds an interview whose proxy is killed at an event of its call; returns what is wrong with its transcript. */
async function interviewKilledAt(atEvent: number): Promise<string | undefined> {
  const simulator = await startSimulator({
    apiKeys: [SECRETS.key],
    media: "none",
    thinksMs: THINKS_MS,
    script: tenTurns,
  });
  onTestFinished(() => simulator.close());
  const settings = await settingsFor(simulator);
  const first = await startProxy("exec node dist/main.js", settings);
  const sessionId = await begin(first);
  await simulator.waitFor(() => said(simulator) >= atEvent, { timeoutMs: 120_000 });
  await first.command.kill();

  const second = await startProxy("exec node dist/main.js", settings);
  await untilAllIsSpoken(simulator, tenTurns.turns.length, 120_000);
  // A turn of which nobody will tell more is told when patience with it is over.
  const goodbye = tenTurns.turns.at(-1)?.interviewer;
  await vi.waitFor(async () => expect((await turnsOf(second, sessionId)).at(-1)?.text).toBe(goodbye), PATIENCE);
  await request(second, `/api/sessions/${sessionId}`, { method: "DELETE" });
  await expectNoCallLeft(simulator);
  expect(verifyTranscript(Buffer.from(await transcriptOf(second, sessionId)))).toMatchObject({ ok: true });
  const transcribed = (await turnsOf(second, sessionId)).map(
    ({ role, status, text, heardMs }) => [role, status, text, heardMs] as const,
  );
  return faultOfAbsence({ said: saidIn(callOf(simulator)), transcribed, cuts: [`killed at ${atEvent}`] });
}

async function settingsFor(simulator: Simulator): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "killed-proxy-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    OPENAI_BASE_URL: simulator.baseUrl,
    DATABASE_URL: `file:${join(folder, "records.db")}`,
    SIMULATION_MODE: "false",
    JWT_SECRET,
  };
}

async function begin(proxy: RunningProxy): Promise<string> {
  const text = await request(proxy, "/api/sdp-exchange", {
    method: "POST",
    body: JSON.stringify({ sdpOffer: audioOffer }),
  });
  return (JSON.parse(text) as { sessionId: string }).sessionId;
}

function transcriptOf(proxy: RunningProxy, sessionId: string): Promise<string> {
  return request(proxy, `/api/sessions/${sessionId}/transcript`);
}

async function turnsOf(proxy: RunningProxy, sessionId: string): Promise<TranscriptDocument["turns"]> {
  return (JSON.parse(await transcriptOf(proxy, sessionId)) as TranscriptDocument).turns;
}

async function request(proxy: RunningProxy, path: string, init: RequestInit = {}): Promise<string> {
  const authorization = `Bearer ${hs256({ sub: "ada", exp: 4_102_444_800 }, JWT_SECRET)}`;
  const headers = { authorization, ...(init.body !== undefined && { "content-type": "application/json" }) };
  const response = await fetch(proxy.url + path, { ...init, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return text;
}

function callOf(simulator: Simulator): CallReport {
  const [call] = simulator.calls();
  if (call === undefined) throw new Error("There is no call yet.");
  return call;
}

/** How many events the service has sent. */
function said(simulator: Simulator): number {
  const events = simulator.calls().flatMap((call) => call.events);
  return events.filter(({ direction }) => direction === "server").length;
}
