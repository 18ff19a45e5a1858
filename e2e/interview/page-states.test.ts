import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { openCandidate } from "./browser.ts";
import { startProxy } from "./running-proxy.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const docs = join(import.meta.dirname, "../../docs/screenshots");

const looks = [
  { name: "", viewport: { width: 1000, height: 760 }, colorScheme: "light" },
  { name: "-phone", viewport: { width: 390, height: 760 }, colorScheme: "dark" },
] as const;

test.each(looks)(
  "every state of the page$name is whole, accessible and fits the screen",
  async ({ name, ...context }) => {
    const proxy = await startProxy("node simple-server.js");
    const candidate = await openCandidate({ context });
    const { page } = candidate;
    const button = (label: string) => page.getByRole("button", { name: label, exact: true });

    await page.goto(`${proxy.url}/simple-webrtc-test`);
    await look(page, `form${name}`);
    await button("Start Connection").click();
    await look(page, `ready${name}`);

    await button("Connect").click();
    await page.locator('.interview-panel[data-state="connected"]').waitFor();
    await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), {
      timeout: 10_000,
    });
    await page.locator('.captions li[data-role="interviewer"][data-status="complete"]').first().waitFor();
    await page.getByText("Connection details").click();
    await page
      .locator("dt", { hasText: "Packets received" })
      .locator("xpath=following-sibling::dd[text() > 0]")
      .waitFor();
    await Promise.all([candidate.speak(), look(page, `live${name}`)]);
    await page.getByText("Connection details").click();

    await button("Disconnect").click();
    await page.locator('.interview-panel[data-state="disconnected"]').waitFor();
    await look(page, `ended${name}`);

    await proxy.command.interrupt();
    await button("Connect").click();
    await page.getByRole("alert").waitFor();
    await look(page, `failed${name}`);
  },
);

test("an interview is started and ended with the keyboard alone", async () => {
  const proxy = await startProxy("node simple-server.js");
  const { page } = await openCandidate();
  await page.goto(proxy.url);
  await tabTo(page, "Start Connection");
  await page.keyboard.press("Enter");
  await tabTo(page, "Connect");
  await page.keyboard.press("Space");
  await page.locator('.interview-panel[data-state="connected"]').waitFor();
  await tabTo(page, "Disconnect");
  await page.keyboard.press("Enter");
  await page.locator('.interview-panel[data-state="disconnected"]').waitFor();
  expect(await page.getByRole("status").textContent()).toMatch(/\./);
});

/** Checks a state for accessibility and width, and with UPDATE_SCREENSHOTS=1 keeps its picture in docs/. */
async function look(page: Page, name: string): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${name} fits the width`).toBe(
    true,
  );
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  if (process.env.UPDATE_SCREENSHOTS !== "1") return;
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, `${name}.png`), await page.screenshot({ fullPage: true }));
}

async function tabTo(page: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate("document.activeElement?.textContent")) === label) return;
  }
  throw new Error(`No number of presses of Tab leads to "${label}".`);
}
