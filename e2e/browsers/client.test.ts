import { fileURLToPath } from "node:url";
import type { AudioDevices } from "@interview-proxy/client";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { startProxy } from "../interview/running-proxy.ts";
import { BROWSERS, openPage } from "./open-page.ts";
import type { DrivenPage } from "./driven-page.ts";

/** The client as a page would load it, under one global name. */
async function clientScript(): Promise<string> {
  const contents = `
    import * as client from "@interview-proxy/client";
    import { preCheck } from "@interview-proxy/client/pre-check";
    globalThis.kit = { ...client, preCheck };`;
  const resolveDir = fileURLToPath(new URL("../../web", import.meta.url));
  const { outputFiles } = await build({ stdin: { contents, resolveDir }, bundle: true, format: "iife", write: false });
  return outputFiles[0]?.text ?? "";
}

async function snapshotOf<T>(page: DrivenPage, member: string): Promise<T> {
  return page.evaluate<T>(`call.getSnapshot().${member}`);
}

test.each(BROWSERS)("a candidate checks, speaks, mutes, changes devices and types in %s", async (browser) => {
  const proxy = await startProxy("node simple-server.js");
  const page = await openPage(browser, { microphone: "device", scripts: [await clientScript()] });
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  const url = JSON.stringify(`${proxy.url}?simulation=true`);

  await page.evaluate(`globalThis.check = kit.preCheck({ url: ${url} }); check.run(); null`);
  await page.waitUntil(`check.getSnapshot().every(({ status }) => status !== "waiting" && status !== "running")`);
  const results = await page.evaluate<{ id: string; status: string; detail?: string }[]>(
    `check.getSnapshot().map(({ id, status, detail }) => ({ id, status, detail }))`,
  );
  expect(results.map(({ id, status, detail }) => `${id} ${detail ?? status}`)).toEqual([
    "browser passed",
    "microphone passed",
    "playback passed",
    "http passed",
    "websocket passed",
    "clock passed",
    "udp passed",
    "tcp skipped",
  ]);

  await page.evaluate(`globalThis.call = kit.createInterviewCall({ url: ${url} }); call.connect(); null`);
  await page.waitUntil(`call.getSnapshot().state === "connected"`);
  await page.waitUntil(`call.getSnapshot().devices.microphones.some(({ label }) => label !== "")`);
  const { microphones, permission, microphoneId } = await snapshotOf<AudioDevices>(page, "devices");
  expect(permission).toBe("granted");
  expect(microphones.map(({ id }) => id)).toContain(microphoneId);

  const other = microphones.at(-1)?.id;
  await page.evaluate(`call.selectMicrophone(${JSON.stringify(other)})`);
  expect(await snapshotOf(page, "devices.microphoneId")).toBe(other);
  const heard = (await proxy.calls()).at(-1)?.packetsReceived ?? 0;
  await expect
    .poll(async () => (await proxy.calls()).at(-1)?.packetsReceived, { timeout: 20_000 })
    .toBeGreaterThan(heard + 50);

  // Both browsers have to open it anew for this: Chromium changes nothing of an open one, Firefox's fake one processes nothing.
  await page.evaluate(`call.setProcessing({ noiseSuppression: false })`);
  expect(await snapshotOf(page, "devices.microphoneId")).toBe(other);
  await page.evaluate(
    `call.setMuted(true); globalThis.meter = kit.createAudioLevelMeter(call.getSnapshot().localStream); null`,
  );
  await page.waitUntil(`meter.level() === 0`);
  await page.evaluate(`call.setMuted(false); null`);
  await page.waitUntil(`meter.level() > 0`);

  await page.evaluate(`call.say("I type because nobody hears me.")`);
  await page.waitUntil(`call.getSnapshot().captions.some(({ typed, text }) => typed && text.startsWith("I type"))`);
  await page.waitUntil(`call.getSnapshot().quality === "good"`);

  await page.evaluate(`call.simulateScenario("lose-device")`);
  await page.waitUntil(`call.getSnapshot().error?.code === "MICROPHONE_CHANGED"`);
  await page.evaluate(`call.simulateScenario("drop-socket")`);
  await page.waitUntil(`call.getSnapshot().line.signalling === "open"`);
  expect(await snapshotOf(page, "state")).toBe("connected");
  expect((await proxy.calls()).filter(({ state }) => state !== "ended")).toHaveLength(1);
  await page.evaluate(`meter.close(); call.disconnect()`);
  expect(page.errors).toEqual([]);
});
