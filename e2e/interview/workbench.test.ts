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

/** Colours do not depend on the language, nor words on the theme. */
const LOOKS = [
  { language: "en", theme: "light" },
  { language: "de", theme: "dark" },
] as const;

test.each(LOOKS)(
  "every component in every state is accessible, and fits 320 px and fingers, in $language and $theme",
  async (look) => {
    const page = await workbench.open(browser, look, { viewport: { width: 1280, height: 800 } });
    const errors = errorsOf(page);
    await page.evaluate(axe);
    // One story after another has an interview of the same name; a page has one.
    const options = { rules: { "landmark-unique": { enabled: false } } };
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    const tooSmall = await page.evaluate(`[...document.querySelectorAll("figure :is(button, select, summary)")]
      .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
      .map((target) => target.textContent)`);
    expect(tooSmall).toEqual([]);
    expect(errors).toEqual([]);
  },
);

/** Of one core, for one voice. */
const MAX_SHARE = 0.02;

/** Where the machine is so busy that this is more: so many times of what a dot costs that changes as often. */
const DOTS = 3;

const DOT = `{
  const dot = document.body.appendChild(document.createElement("canvas")).getContext("2d");
  let bright = false;
  setInterval(() => {
    bright = !bright;
    dot.fillStyle = bright ? "#fff" : "#000";
    dot.fillRect(0, 0, 2, 2);
  }, 40);
}`;

/** What else runs only ever adds to a measurement, so that the least of some is the best. */
const ROUNDS = 3;
const SECONDS = 2;

test("a visualizer costs less than two hundredths of a core, and no frame of it costs layout or style", async () => {
  const open = (state: string) => workbench.open(browser, { component: "AudioVisualizer", state });
  const shapes = await Promise.all(["bars", "wave", "orb"].map(open));
  const still = await open("orb at rest");
  await still.evaluate(DOT);
  for (const page of shapes)
    await expect.poll(() => page.locator("canvas").evaluate(drawnDifferently), { timeout: 20_000 }).toBe(true);

  // Side by side, so that all are disturbed alike.
  const least = [Infinity, Infinity, Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    const shares = await Promise.all([...shapes, still].map(threadShares));
    const ofFrames = shares.flatMap(({ layout, style }) => [layout.toFixed(3), style.toFixed(3)]);
    expect(new Set(ofFrames)).toEqual(new Set(["0.000"]));
    shares.forEach(({ task }, place) => (least[place] = Math.min(task, least[place] ?? task)));
  }
  const [dot = 0] = least.splice(-1);
  const limit = Math.max(MAX_SHARE, DOTS * dot);
  expect(
    least.filter((share) => share >= limit),
    `bars, wave, orb: ${least.join(", ")}; a dot: ${dot}`,
  ).toEqual([]);
});

/** Whether a canvas shows something else a moment later. */
async function drawnDifferently(canvas: Element): Promise<boolean> {
  const picture = () => (canvas as HTMLCanvasElement).toDataURL();
  const before = picture();
  for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
  return picture() !== before;
}

/** How much of a core the page's own thread took, in all and of that: as processor time, whatever else runs. */
async function threadShares(page: Page): Promise<{ task: number; layout: number; style: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  const before = await read();
  // A rate is measured over time; nothing is waited for.
  await page.waitForTimeout(SECONDS * 1000);
  const after = await read();
  const share = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / SECONDS;
  return {
    task: share("TaskDuration"),
    layout: share("LayoutDuration"),
    style: share("RecalcStyleDuration"),
  };
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}
