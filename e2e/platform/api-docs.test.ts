import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectAccessible } from "../interview/accessible-page.ts";
import { openCandidate } from "../interview/browser.ts";
import { startProxy } from "../interview/running-proxy.ts";

const looks = [
  { width: 1000, colorScheme: "light", background: "rgb(245, 246, 248)" },
  { width: 320, colorScheme: "dark", background: "rgb(17, 22, 28)" },
] as const;

test("the page of routes is whole, and open to everybody, with the keyboard alone", async () => {
  const proxy = await startProxy("node simple-server.js");
  const { page } = await openCandidate();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto(`${proxy.url}/api/docs`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await readByKeyboard(page);

  // All parts are alike; axe takes its time for each.
  await page.evaluate(open('[aria-labelledby="of-invitations"] details'));
  for (const { width, colorScheme, background } of looks) {
    const name = `at ${width} px, ${colorScheme}`;
    await page.setViewportSize({ width, height: 760 });
    await page.emulateMedia({ colorScheme });
    const painted = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(painted, `${name}: its style has come`).toBe(background);
    await expectAccessible(page, name);
  }
  await page.evaluate(open("details"));
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "all of it fits 320 px").toBe(true);
  const broken = await page.evaluate(
    '[...document.querySelectorAll("a")].map((link) => link.hash.slice(1)).filter((id) => id && !document.getElementById(id))',
  );
  expect(broken, "links that lead nowhere").toEqual([]);
  expect(said, "what its policy forbids would be told in the console").toEqual([]);
});

function open(selector: string): string {
  return `document.querySelectorAll(${JSON.stringify(selector)}).forEach((part) => { part.open = true; })`;
}

async function readByKeyboard(page: Page): Promise<void> {
  const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the routes");
  await page.keyboard.press("Enter");
  for (let presses = 0; presses < 10 && !(await focused()).startsWith("Request and replies"); presses++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("main details[open]").getByRole("heading", { name: "Replies" }).waitFor();
}
