import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { ANSWER_WAV } from "../interview/browser.ts";
import { PATIENCE } from "../interview/conversation.ts";

export interface PageOptions {
  /**
   * `speaking`, the default: silent until the test lets it {@link DrivenPage.speak}. `device`: the browser's own fake device,
   * which hums or beeps, so that the interviewer takes it for speech.
   */
  readonly microphone?: "speaking" | "device";
  /** In CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A touch screen; where the browser's driver knows of none (Firefox), it makes no difference. */
  readonly touch?: boolean;
  /** Scripts that run in every document before its own, such as one that takes the microphone away. */
  readonly scripts?: readonly string[];
}

/** What each browser's driver does in its own way. */
export interface PageDriver {
  /** Uncaught errors of the page, and what it wrote with `console.error`. */
  readonly errors: readonly string[];
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Waits for the element of this ARIA role and accessible name, and clicks it. */
  click(role: string, name: string): Promise<void>;
  /** Puts a text into the field of this accessible name, in place of what is there. */
  fill(name: string, text: string): Promise<void>;
  /** Presses a key by its name, such as `Tab`, `Enter` or `a`, or several at once, such as `Shift+Tab`. */
  press(keys: string): Promise<void>;
  /** The value of an expression in the page, which has to be JSON; a promise is awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** A PNG: the whole page, however long, unless only what is in sight is wanted. */
  screenshot(part?: "in sight"): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A page in some browser, to be used as a person would. */
export interface DrivenPage extends PageDriver {
  /** Waits until an expression in the page is truthy. */
  waitUntil(expression: string): Promise<void>;
  /** Waits until an element that matches a CSS selector is there. */
  waitFor(selector: string): Promise<void>;
  /** Waits until the page shows these words. */
  waitForText(words: string): Promise<void>;
  /** The visible text of the first element that matches a CSS selector, which has to be there. */
  textOf(selector: string): Promise<string>;
  /** Presses Tab, or other keys, until what has this text or label has the focus. */
  tabTo(name: string, keys?: string): Promise<void>;
  /** Speaks the prepared answer into the microphone, and resolves when all of it is said. */
  speak(): Promise<void>;
  /** What the newest peer connection has received. */
  inboundAudio(): Promise<{ readonly packets: number; readonly energy: number }>;
}

export function drivenPage(driver: PageDriver): DrivenPage {
  const first = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`;
  // By the driver's own means the page would have to evaluate text, which its content security policy forbids.
  const waitUntil = (expression: string) =>
    vi.waitFor(async () => {
      if (!(await driver.evaluate(expression))) throw new Error(`The page never came to this: ${expression}`);
    }, PATIENCE);
  return {
    ...driver,
    waitUntil,
    waitFor: (selector) => waitUntil(`${first(selector)} !== null`),
    waitForText: (words) => waitUntil(`document.body.innerText.includes(${JSON.stringify(words)})`),
    textOf: (selector) => driver.evaluate(`${first(selector)}.innerText`),
    async tabTo(name, keys = "Tab") {
      const focused = "(document.activeElement?.labels?.[0] ?? document.activeElement)?.textContent";
      for (let presses = 0; presses < 30; presses++) {
        await driver.press(keys);
        if ((await driver.evaluate(focused)) === name) return;
      }
      throw new Error(`No number of presses of ${keys} leads to "${name}".`);
    },
    speak: () => driver.evaluate(`speak(${JSON.stringify(readFileSync(ANSWER_WAV).toString("base64"))})`),
    inboundAudio: () => driver.evaluate("inboundAudio()"),
  };
}

/** What runs in every document of a page before its own scripts. */
export function pageScripts({ microphone = "speaking", scripts = [] }: PageOptions): readonly string[] {
  const own = microphone === "speaking" ? ["fake-microphone.js", "watched-peers.js"] : ["watched-peers.js"];
  return [...own.map((file) => readFileSync(pathOf(file), "utf8")), ...scripts];
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../interview/${file}`, import.meta.url));
}
