import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { AxeResults } from "axe-core";
import { expect } from "vitest";
import type { DrivenPage } from "./driven-page.ts";
import type { BrowserName } from "./open-page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What can be pressed and is smaller than a finger: 44 px. A checkbox is pressed by its label as well, and some buttons by their row. */
const TOO_SMALL = `[...document.querySelectorAll("button:not([data-row] *), select, summary, textarea, .choice")]
  .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
  .map((target) => target.textContent)`;

export type Look = (page: DrivenPage, browser: BrowserName, name: string) => Promise<void>;

/**
 * Makes a check of a page as it stands: it fits its screen and fingers and, once for both browsers, keeps nobody out in either
 * theme. With UPDATE_SCREENSHOTS=1 its picture is kept in this folder of docs/screenshots.
 */
export function lookFor(folder: string): Look {
  const pictures = join(import.meta.dirname, "../../docs/screenshots", folder);
  return (page, browser, name) => look(page, browser, join(pictures, `${name}.png`));
}

async function look(page: DrivenPage, browser: BrowserName, picture: string): Promise<void> {
  const name = basename(picture, ".png");
  const width = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  expect(width, `${name} fits the width`).toBeLessThanOrEqual(0);
  expect(await page.evaluate(TOO_SMALL), `${name} fits fingers`).toEqual([]);
  if (browser !== "Chromium") return;
  await page.evaluate(`${axe}; 0`);
  for (const theme of ["dark", "light"]) {
    await page.evaluate(`void (document.documentElement.dataset.theme = "${theme}")`);
    const { violations } = await page.evaluate<AxeResults>("axe.run()");
    const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    expect(found, `${name}, ${theme}`).toEqual([]);
  }
  await page.evaluate("void delete document.documentElement.dataset.theme");
  if (process.env.UPDATE_SCREENSHOTS !== "1") return;
  mkdirSync(dirname(picture), { recursive: true });
  // What a dialog lies over is as long as the screen, not as the page.
  const hasDialog = await page.evaluate<boolean>("document.querySelector('dialog[open]') !== null");
  writeFileSync(picture, await page.screenshot(hasDialog ? "in sight" : undefined));
}
