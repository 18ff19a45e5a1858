import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./browser.ts";
import { buildWorkbench, type Workbench } from "./workbench.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  [browser, workbench] = await Promise.all([launchChromium(), buildWorkbench()]);
});

afterAll(async () => {
  await browser.close();
  workbench.remove();
});

const LOOKS = [
  { language: "en", theme: "light" },
  { language: "en", theme: "dark" },
  { language: "de", theme: "light" },
  { language: "de", theme: "dark" },
] as const;

test.each(LOOKS)("every component is accessible in every state, in $language and $theme", async (look) => {
  const page = await workbench.open(browser, look, { viewport: { width: 1280, height: 800 } });
  const errors = errorsOf(page);
  await page.evaluate(axe);
  // One story after another has an interview of the same name; a page has one.
  const options = { rules: { "landmark-unique": { enabled: false } } };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(errors).toEqual([]);
});

test.each(["en", "de"] as const)("every component fits a screen of 320 px, and fingers, in %s", async (language) => {
  const page = await workbench.open(
    browser,
    { language },
    { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  );
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  const tooSmall = await page.evaluate(`[...document.querySelectorAll("figure :is(button, select, summary)")]
    .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
    .map((target) => target.textContent)`);
  expect(tooSmall).toEqual([]);
});

/** Of one core, for one voice; the number. */
const MAX_SHARE = 0.02;

test.each(["bars", "wave", "orb"])("the %s costs less than two hundredths of a core", async (state) => {
  const page = await workbench.open(browser, { component: "AudioVisualizer", state });
  const canvas = page.locator("canvas");
  await expect.poll(() => canvas.evaluate(drawnDifferently), { timeout: 20_000 }).toBe(true);
  const seconds = 3;
  const share = await threadShare(page, seconds);
  expect(share, "it does draw").toBeGreaterThan(0);
  expect(share).toBeLessThan(MAX_SHARE);
});

/** Whether a canvas shows something else a moment later. */
async function drawnDifferently(canvas: Element): Promise<boolean> {
  const picture = () => (canvas as HTMLCanvasElement).toDataURL();
  const before = picture();
  for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
  return picture() !== before;
}

/** How much of a core the page's own thread took: script, style, layout and paint, as processor time, whatever else runs. */
async function threadShare(page: Page, seconds: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const taskSeconds = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  const before = await taskSeconds();
  await page.waitForTimeout(seconds * 1000);
  return ((await taskSeconds()) - before) / seconds;
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}
