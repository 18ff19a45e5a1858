import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { onTestFinished } from "vitest";

const web = fileURLToPath(new URL("../../web", import.meta.url));

/** A secure context for browsers, on which nobody listens: what it serves is put in its place. */
const ORIGIN = "http://localhost:1";

/** What a workbench shows; all of it unless told otherwise. */
export interface View {
  readonly language?: "en" | "de";
  readonly theme?: "light" | "dark";
  readonly component?: string;
  readonly state?: string;
}

/** The workbench, built: it is no part of what the proxy serves. */
export interface Workbench {
  readonly open: (browser: Browser, view: View, context?: BrowserContextOptions) => Promise<Page>;
  readonly remove: () => void;
}

/** Builds the workbench into a folder of its own. */
export async function buildWorkbench(): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), "workbench-"));
  await build({
    root: web,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, rollupOptions: { input: join(web, "workbench.html") } },
  });
  return {
    async open(browser, view, context) {
      const page = await browser.newPage(context);
      onTestFinished(() => page.close());
      await page.route(`${ORIGIN}/**`, (route) =>
        route.fulfill({ path: join(folder, new URL(route.request().url()).pathname) }),
      );
      await page.goto(`${ORIGIN}/workbench.html?${new URLSearchParams({ ...view })}`);
      await page.locator("figure").first().waitFor();
      return page;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
