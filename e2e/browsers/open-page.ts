import { onTestFinished } from "vitest";
import { openInChromium } from "./chromium.ts";
import { type DrivenPage, drivenPage, type PageDriver, type PageOptions } from "./driven-page.ts";
import { openInFirefox } from "./firefox.ts";

const OPEN = { Chromium: openInChromium, Firefox: openInFirefox } satisfies Record<
  string,
  (options: PageOptions) => Promise<PageDriver>
>;

export type BrowserName = keyof typeof OPEN;

export const BROWSERS = Object.keys(OPEN) as readonly BrowserName[];

/** Opens a page with a microphone, which is closed when the test is over. The tests of a file share one browser of each kind. */
export async function openPage(browser: BrowserName, options: PageOptions = {}): Promise<DrivenPage> {
  const page = drivenPage(await OPEN[browser](options));
  onTestFinished(() => page.close());
  return page;
}
