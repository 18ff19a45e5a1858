import type { Browser } from "playwright-core";
import { afterAll } from "vitest";
import { launchChromium } from "../interview/browser.ts";
import { PATIENCE } from "../interview/conversation.ts";
import { type PageDriver, type PageOptions, pageScripts } from "./driven-page.ts";

/** One for all tests of a file. */
let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** Opens a page of Chromium that shares nothing with others. */
export async function openInChromium(options: PageOptions): Promise<PageDriver> {
  browser ??= launchChromium();
  const { viewport, touch = false } = options;
  const context = await (await browser).newContext({
    permissions: ["microphone"],
    isMobile: touch,
    hasTouch: touch,
    ...(viewport && { viewport }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  for (const content of pageScripts(options)) await page.addInitScript({ content });
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  return {
    errors,
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    click: (role, name) => page.getByRole(role as Parameters<typeof page.getByRole>[0], { name, exact: true }).click(),
    fill: (name, text) => page.getByRole("textbox", { name, exact: true }).fill(text),
    press: (key) => page.keyboard.press(key),
    evaluate: (expression) => page.evaluate(expression),
    screenshot: (part) => page.screenshot({ fullPage: part === undefined }),
    close: () => context.close(),
  };
}
