import { type Browser, type KeyInput, launch } from "puppeteer-core";
import { afterAll } from "vitest";
import { findFirefox } from "../../scripts/ensure-firefox.js";
import { PATIENCE } from "../interview/conversation.ts";
import { type PageDriver, type PageOptions, pageScripts } from "./driven-page.ts";

const PREFERENCES = {
  // A fake microphone, and nobody who would have to allow it.
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  // Candidates of 127.0.0.1, and addresses in place of mDNS names, which nothing resolves on a machine without network.
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  // A loudspeaker that nobody hears. Without any, as in a container, an AudioContext never starts to run.
  "media.cubeb.force_mock_context": true,
};

/** One for all tests of a file. */
let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** Opens a page of Firefox, over WebDriver BiDi, that shares nothing with others. */
export async function openInFirefox(options: PageOptions): Promise<PageDriver> {
  browser ??= launchFirefox();
  const context = await (await browser).createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  if (options.viewport) await page.setViewport(options.viewport);
  // Firefox runs them in the empty document before the page too, which has no devices.
  for (const script of pageScripts(options)) {
    await page.evaluateOnNewDocument(`if (navigator.mediaDevices) { ${script} }`);
  }
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error instanceof Error ? error.message : String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const named = (role: string, name: string) =>
    page.locator(`::-p-aria([name=${JSON.stringify(name)}][role="${role}"])`);
  return {
    errors,
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    click: (role, name) => named(role, name).click(),
    fill: (name, text) => named("textbox", name).fill(text),
    async press(combination) {
      const keys = combination.split("+") as KeyInput[];
      for (const key of keys) await page.keyboard.down(key);
      for (const key of keys.toReversed()) await page.keyboard.up(key);
    },
    evaluate: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    screenshot: (part) => page.screenshot({ fullPage: part === undefined }),
    close: () => context.close(),
  };
}

function launchFirefox(): Promise<Browser> {
  const executablePath = findFirefox();
  if (executablePath === undefined)
    throw new Error("Firefox is missing; `node scripts/ensure-firefox.js` says what to do.");
  return launch({ browser: "firefox", executablePath, extraPrefsFirefox: PREFERENCES });
}
