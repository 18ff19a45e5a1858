import { expect, test, vi } from "vitest";
import { PATIENCE } from "../interview/conversation.ts";
import { startProxy } from "../interview/running-proxy.ts";
import { BROWSERS, openPage } from "./open-page.ts";

test.each(BROWSERS)("an interview is held in %s, with both voices", async (browser) => {
  const proxy = await startProxy("node simple-server.js");
  const page = await openPage(browser);
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await page.click("button", "Start Connection");
  await page.click("button", "Connect");
  await page.waitForText("Connected.");

  await page.waitFor('.captions li[data-role="interviewer"]');
  await vi.waitFor(async () => {
    const { packets, energy } = await page.inboundAudio();
    expect(packets).toBeGreaterThan(50);
    expect(energy).toBeGreaterThan(0);
  }, PATIENCE);
  await page.speak();
  await page.waitFor('.captions li[data-role="candidate"][data-status="complete"]');
  expect((await proxy.calls())[0]?.packetsReceived).toBeGreaterThan(100);

  await page.click("button", "Disconnect");
  await page.waitFor('.interview-panel[data-state="disconnected"]');
  expect(await page.textOf('[role="status"]')).not.toContain("Connected");
  expect((await proxy.calls()).map(({ state }) => state)).toEqual(["ended"]);
  expect(page.errors).toEqual([]);
});
