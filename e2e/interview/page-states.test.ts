import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { expectAccessible } from "./accessible-page.ts";
import { openCandidate } from "./browser.ts";
import { panelIs } from "./conversation.ts";
import { interpose } from "./interposed-server.ts";
import { startProxy } from "./running-proxy.ts";

const docs = join(import.meta.dirname, "../../docs/screenshots");

/** In how many ways each state is looked at. The last one is that in which the page goes on. */
const LOOKS = [
  { name: "-phone", viewport: { width: 390, height: 760 }, colorScheme: "dark" },
  { name: "", viewport: { width: 1000, height: 760 }, colorScheme: "light" },
] as const;

test("every state of the page is whole, accessible and fits the screen", async () => {
  const proxy = await startProxy("node simple-server.js");
  const candidate = await openCandidate();
  const { page } = candidate;
  const button = (label: string) => page.getByRole("button", { name: label, exact: true });

  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await look(page, "form");
  await button("Start Connection").click();
  await look(page, "ready");

  await button("Connect").click();
  await panelIs(page, "connected");
  await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), {
    timeout: 10_000,
  });
  await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').first().waitFor();
  await page.getByText("Connection details").click();
  await page
    .locator("dt", { hasText: "Packets received" })
    .locator("xpath=following-sibling::dd[text() > 0]")
    .waitFor();
  await Promise.all([candidate.speak(), look(page, "live")]);
  await page.getByText("Connection details").click();

  await page.getByText("Report a problem").click();
  const report = await page.getByRole("textbox", { name: /^Report/ }).inputValue();
  expect(report).toMatch(/^state: connected$/m);
  expect(report).toMatch(/^packetsReceived: \d+$/m);
  for (const secret of ["Hello", "eyJ", "a=ice"]) expect(report).not.toContain(secret);
  await page.getByText("Report a problem").click();
  await page.getByText("Try a fault").click();
  await button("Drop the socket").click();
  await page.getByText("Done: drop the socket.").waitFor();
  await look(page, "fault");
  await page
    .getByRole("status")
    .filter({ hasText: /^Connected/ })
    .waitFor();

  await button("Disconnect").click();
  await panelIs(page, "disconnected");
  await look(page, "ended");

  await proxy.command.interrupt();
  await button("Connect").click();
  await page.getByRole("alert").waitFor();
  await look(page, "failed");
});

test("the time that remains, its warnings and the reason of the end are on the page", async () => {
  const proxy = await startProxy("node simple-server.js");
  const { page } = await openCandidate();
  const server = await interpose(page, 3_725);
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await page.getByRole("button", { name: "Start Connection" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await panelIs(page, "connected");
  const timer = page.getByRole("timer", { name: "Time left" });
  // An hour and two minutes, less the seconds that connecting took.
  const started = await timer.textContent();
  expect(started).toMatch(/^1:0[12]:\d\d$/);
  await vi.waitFor(async () => expect(await timer.textContent()).not.toBe(started), { timeout: 5_000 });

  const warning = page.locator('.remaining-time[data-warned="true"] [aria-live="polite"]');
  for (const [seconds, words] of [
    [90, "1 minute 30 seconds left."],
    [30, "30 seconds left."],
    [300, "5 minutes left."],
  ] as const) {
    server.say({ type: "time_remaining", seconds });
    await warning.getByText(words, { exact: true }).waitFor();
  }
  expect(await timer.textContent()).toMatch(/^(5:00|4:5\d)$/);
  await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').first().waitFor();
  await look(page, "warned");

  const details = page.getByText("Connection details");
  await details.click();
  await page.getByRole("button", { name: "Disconnect" }).focus();
  await page.evaluate("document.scrollingElement.scrollTop = 10_000");
  server.say({ type: "ended", seq: 1_000, reason: "completed" });
  const notice = page.getByText("You have completed the interview.");
  await notice.waitFor();
  expect(await timer.count()).toBe(0);
  expect(await page.evaluate("document.activeElement?.textContent")).toBe("Disconnect");
  expect((await notice.boundingBox())?.y, "the notice is in sight").toBeGreaterThanOrEqual(0);
  await details.click();
  await look(page, "completed");
});

test("an interview that is interrupted, and one that can be continued after a reload, are plain to see", async () => {
  const proxy = await startProxy("node simple-server.js");
  const { page } = await openCandidate();
  const button = (label: string) => page.getByRole("button", { name: label, exact: true });
  await page.goto(`${proxy.url}/simple-webrtc-test`);
  await button("Start Connection").click();
  await button("Connect").click();
  await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').first().waitFor();

  const [call] = await proxy.calls();
  await proxy.injectFault({ kind: "latency", ms: 60_000 });
  await proxy.injectFault({ kind: "drop_call", afterMs: 0, ...(call && { callId: call.id }) });
  const timer = page.getByRole("timer", { name: "Time left, paused" });
  await timer.waitFor();
  const stands = await timer.textContent();
  await look(page, "interrupted");
  expect(await timer.textContent()).toBe(stands);

  await page.reload();
  await button("Continue your interview").waitFor();
  await look(page, "continue");
  await button("Continue your interview").click();
  await panelIs(page, "connected");
  expect(await page.evaluate("document.activeElement?.textContent")).toBe("Continue your interview");
  await page.locator('.captions li[data-role="interviewer"][data-status="unfinished"]').waitFor();
  await look(page, "continued");

  await page.reload();
  await button("Start a new one").click();
  await panelIs(page, "connected");
  await vi.waitFor(async () => expect((await proxy.calls()).filter(({ state }) => state !== "ended")).toHaveLength(1), {
    timeout: 10_000,
  });
});

test("an interview is started and ended with the keyboard alone", async () => {
  const proxy = await startProxy("node simple-server.js");
  const { page } = await openCandidate();
  await page.goto(proxy.url);
  await tabTo(page, "Start Connection");
  await page.keyboard.press("Enter");
  await tabTo(page, "Connect");
  await page.keyboard.press("Space");
  await panelIs(page, "connected");
  await tabTo(page, "Disconnect");
  await page.keyboard.press("Enter");
  await panelIs(page, "disconnected");
  expect(await page.getByRole("status").textContent()).toMatch(/\./);
});

/** Checks a state for accessibility and width in each look, and with UPDATE_SCREENSHOTS=1 keeps its pictures in docs/. */
async function look(page: Page, state: string): Promise<void> {
  for (const { name, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, state + name);
    if (process.env.UPDATE_SCREENSHOTS !== "1") continue;
    mkdirSync(docs, { recursive: true });
    writeFileSync(join(docs, `${state}${name}.png`), await page.screenshot({ fullPage: true }));
  }
}

async function tabTo(page: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate("document.activeElement?.textContent")) === label) return;
  }
  throw new Error(`No number of presses of Tab leads to "${label}".`);
}
