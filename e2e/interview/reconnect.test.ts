import { expect, test, vi } from "vitest";
import { expectToGoOn, holdInterview, PACKETS_PER_SECOND } from "../recovery/held-interview.ts";
import { openCandidate } from "./browser.ts";
import {
  begin,
  expectOneTranscript,
  expectTimeUntil,
  PATIENCE,
  said,
  status,
  toldOf,
  wordsOnTheirWay,
} from "./conversation.ts";
import { startCutRelay } from "./cut-relay.ts";
import { startProxy } from "./running-proxy.ts";

/** From the network back to captions again. */
const GOAL_MS = 1_000;

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
  await said(() => proxy.calls(), "call.interviewer_finished", 1);
  await candidate.speak();
  await said(() => proxy.calls(), "call.interviewer_started", 2);
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

  await said(() => proxy.calls(), "call.interviewer_finished", 2);
  await expectTimeUntil(page, toldOf(candidate, "initialized").at(-1)?.deadline);
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
  await vi.waitFor(() => expect(toldOf(candidate, "initialized")).toHaveLength(2), PATIENCE);
  const took = performance.now() - cutAt;
  process.stdout.write(`socket cut to session again: ${Math.round(took)} ms\n`);
  expect(took).toBeLessThan(GOAL_MS);
  await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').waitFor();
  await said(() => proxy.calls(), "call.interviewer_finished", 1);
  await candidate.speak();
  await page.locator('.captions li[data-role="candidate"][data-status="complete"]').waitFor();
  await said(() => proxy.calls(), "call.interviewer_finished", 2);
  await expectTimeUntil(page, toldOf(candidate, "initialized").at(-1)?.deadline);
  await expectOneTranscript(candidate, proxy, () => proxy.calls());
});

test("a proxy that is killed and started again finds the same interview, and nobody is greeted twice", async () => {
  const interview = await holdInterview();
  const { candidate, page } = interview;
  const { packets } = await candidate.inboundAudio();
  const killed = interview.killAndRestart();
  await status(page, /^The interview goes on/);
  await killed;
  const backAt = performance.now();
  await status(page, /^Connected/);
  process.stdout.write(`proxy ready again to session again: ${Math.round(performance.now() - backAt)} ms\n`);
  await expectToGoOn(interview, packets);
  expect(await interview.calls()).toHaveLength(1);
});
