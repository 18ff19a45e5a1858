import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseServerMessage } from "@interview-proxy/protocol";
import { type CallReport, startSimulator } from "openai-voice-simulator";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test, vi } from "vitest";
import type { TranscriptDocument } from "../../fly-interview-hybrid/src/transcripts/document.ts";
import { saidIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { type Candidate, openCandidate } from "./browser.ts";
import { startCutRelay } from "./cut-relay.ts";
import { hs256 } from "./hs256.ts";
import { expectNoSecret, type RunningProxy, SECRETS, startProxy } from "./running-proxy.ts";

/** Polling a page or a process: how long at most, in milliseconds. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** From the network back to captions again. */
const GOAL_MS = 1_000;

const PACKETS_PER_SECOND = 50;

test("a network that is gone for three seconds in mid-sentence interrupts captions only, and they go on at once", async () => {
  const proxy = await startProxy("node simple-server.js");
  const relay = await startCutRelay(Number(new URL(proxy.url).port));
  const candidate = await openCandidate();
  const { page } = candidate;
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await page.getByRole("textbox", { name: "Server URL" }).fill(`ws://localhost:${relay.port}?simulation=true`);
  await begin(page);
  await wordsOnTheirWay(page);

  relay.cut();
  await page.context().setOffline(true);
  await status(page, /^The interview goes on/);
  const before = (await candidate.inboundAudio()).packets;
  // The candidate answers meanwhile, and the next question is asked.
  await said(() => proxy.calls(), "output_audio_buffer.stopped", 1);
  await candidate.speak();
  await said(() => proxy.calls(), "output_audio_buffer.started", 2);
  await vi.waitFor(async () => {
    expect((await candidate.inboundAudio()).packets).toBeGreaterThan(before + 3 * PACKETS_PER_SECOND);
  }, PATIENCE);
  expect(await page.locator('.captions li[data-role="candidate"]').count()).toBe(0);

  relay.mend();
  const backAt = performance.now();
  await page.context().setOffline(false);
  await page.locator('.captions li[data-role="candidate"][data-status="complete"]').waitFor();
  const took = performance.now() - backAt;
  process.stdout.write(`network back to captions again: ${Math.round(took)} ms\n`);
  expect(took).toBeLessThan(GOAL_MS);
  await status(page, /^Connected/);

  await expectOneTranscript(candidate, proxy, () => proxy.calls());
});

test("a socket that breaks alone is replaced before the sentence is over", async () => {
  const proxy = await startProxy("node simple-server.js");
  const relay = await startCutRelay(Number(new URL(proxy.url).port));
  const candidate = await openCandidate();
  const { page } = candidate;
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await page.getByRole("textbox", { name: "Server URL" }).fill(`ws://localhost:${relay.port}?simulation=true`);
  await begin(page);
  await wordsOnTheirWay(page);

  const cutAt = performance.now();
  relay.cut();
  relay.mend();
  await vi.waitFor(() => expect(socketsOf(candidate)).toBe(2), PATIENCE);
  const took = performance.now() - cutAt;
  process.stdout.write(`socket cut to session again: ${Math.round(took)} ms\n`);
  expect(took).toBeLessThan(GOAL_MS);
  await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').waitFor();
  await said(() => proxy.calls(), "output_audio_buffer.stopped", 1);
  await candidate.speak();
  await page.locator('.captions li[data-role="candidate"][data-status="complete"]').waitFor();
  await expectOneTranscript(candidate, proxy, () => proxy.calls());
});

test("a proxy that is killed and started again finds the same interview, and nobody is greeted twice", async () => {
  const simulator = await startSimulator({ apiKeys: [SECRETS.key] });
  onTestFinished(() => simulator.close());
  const folder = await mkdtemp(join(tmpdir(), "reconnect-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const secret = "e2e-jwt-secret-0123456789abcdef0123456789";
  const settings = {
    SIMULATION_MODE: "false",
    OPENAI_BASE_URL: simulator.baseUrl,
    JWT_SECRET: secret,
    DATABASE_URL: `file:${join(folder, "records.db")}`,
  };
  const calls = async (): Promise<readonly CallReport[]> => simulator.calls();
  const first = await startProxy("exec node dist/main.js", settings);
  const candidate = await openCandidate();
  const { page } = candidate;
  await page.goto(`${first.url}/simple-webrtc-test`);
  await page.getByRole("checkbox", { name: "Simulation Mode" }).uncheck();
  await page.getByRole("textbox", { name: "Access token" }).fill(hs256({ sub: "ada", exp: 4_102_444_800 }, secret));
  await begin(page);
  await wordsOnTheirWay(page);

  await first.command.kill();
  await status(page, /^The interview goes on/);
  const before = (await candidate.inboundAudio()).packets;
  const second = await startProxy("exec node dist/main.js", { ...settings, PORT: new URL(first.url).port });
  const backAt = performance.now();
  await status(page, /^Connected/);
  process.stdout.write(`proxy ready again to session again: ${Math.round(performance.now() - backAt)} ms\n`);
  await vi.waitFor(async () => {
    expect((await candidate.inboundAudio()).packets).toBeGreaterThan(before + PACKETS_PER_SECOND);
  }, PATIENCE);

  await said(calls, "output_audio_buffer.stopped", 1);
  await candidate.speak();
  await page.locator('.captions li[data-role="candidate"][data-status="complete"]').waitFor();
  await said(calls, "output_audio_buffer.stopped", 2);
  await expectOneTranscript(candidate, second, calls);
});

async function begin(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start Connection" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.locator('.interview-panel[data-state="connected"]').waitFor();
}

/** Waits until the interviewer is in mid-sentence. */
async function wordsOnTheirWay(page: Page): Promise<void> {
  await page.locator('.captions li[data-role="interviewer"][data-status="unfinished"]').waitFor();
}

async function status(page: Page, words: RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: words }).waitFor();
}

/** Waits until the voice service has said so many events of a type; returns the call, of which there is one. */
function said(calls: () => Promise<readonly CallReport[]>, type: string, times: number): Promise<CallReport> {
  return vi.waitFor(async () => {
    const [call, ...others] = await calls();
    expect(others).toEqual([]);
    if (call === undefined) throw new Error("There is no call yet.");
    expect(call.events.filter((event) => event.type === type).length).toBeGreaterThanOrEqual(times);
    return call;
  }, PATIENCE);
}

/** Sockets that have got the session, counted by what the page received. */
function socketsOf({ received }: Candidate): number {
  return received.filter((text) => parseServerMessage(text)?.type === "initialized").length;
}

/** Ends the interview. What the page shows, what is kept and what the voice service said are the same, turn by turn. */
async function expectOneTranscript(
  candidate: Candidate,
  proxy: RunningProxy,
  calls: () => Promise<readonly CallReport[]>,
): Promise<void> {
  const { page, received } = candidate;
  // Once all that was said is final.
  const call = await said(calls, "output_audio_buffer.stopped", 2);
  const expected = saidIn(call).map(([role, , text]) => [role, text]);
  await vi.waitFor(async () => expect(await shownCaptions(page)).toEqual(expected), PATIENCE);
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.locator('.interview-panel[data-state="disconnected"]').waitFor();
  const sessions = received.flatMap((text) => {
    const message = parseServerMessage(text);
    return message?.type === "initialized" ? message : [];
  });
  expect(sessions.map(({ resumed }) => resumed)).toEqual([false, true]);
  expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(1);
  const { sessionId = "", resumeToken = "" } = sessions.at(-1) ?? {};
  const headers = { authorization: `Bearer ${resumeToken}` };
  const response = await fetch(`${proxy.url}/api/sessions/${sessionId}/transcript`, { headers });
  const { turns } = (await response.json()) as TranscriptDocument;
  expect(turns.map(({ role, text }) => [role, text])).toEqual(expected);
  expect(saidIn(call).filter(([, , text]) => text === expected[0]?.[1])).toHaveLength(1);
  expectNoSecret([...received, proxy.command.output()]);
}

/** Speaker and words of each caption. */
function shownCaptions(page: Page): Promise<[string, string][]> {
  return page.evaluate(`[...document.querySelectorAll(".captions li")].map((turn) => {
    const [, words] = [...turn.childNodes].map((node) => node.textContent).join("").split(/:(.*)/s);
    return [turn.dataset.role, words.trim()];
  })`);
}
