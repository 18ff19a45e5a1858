import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Checks that a page, as it is now, fits the width of its screen, and keeps nobody out. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${name} fits the width`).toBe(
    true,
  );
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  expect(found, `${name} keeps nobody out`).toEqual([]);
}
