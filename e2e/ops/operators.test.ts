import { expect, test } from "vitest";
import { toldBy } from "../../fly-interview-hybrid/test/doors/provider-log.ts";
import type { DrivenPage } from "../browsers/driven-page.ts";
import { lookFor } from "../browsers/look.ts";
import { openPage } from "../browsers/open-page.ts";
import { startStaffedInterviews } from "./staffed-interviews.ts";

const see = lookFor("ops");
const look = (page: DrivenPage, name: string) => see(page, "Chromium", name);

test("two operators: one watches on a phone; the other guides, ends, finds and reads an interview by keyboard alone", async () => {
  const { url, simulator, begin, tokenFor, output } = await startStaffedInterviews();
  const { sessionId } = await begin("ada");
  await begin("grace");
  const token = tokenFor("olive", "operate");

  const page = await openPage("Chromium", { viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/ops`);
  await page.waitUntil("document.activeElement?.id === 'token'");
  await look(page, "sign-in");
  await page.fill("Token", "not-a-token");
  await page.press("Enter");
  await page.waitForText("This token is not valid here.");
  await look(page, "sign-in-refused");
  await page.fill("Token", token);
  await page.press("Enter");
  await page.waitForText("Running interviews");
  await page.waitUntil("document.querySelectorAll('[data-row]').length === 2");
  const readable =
    "[document.cookie, JSON.stringify([localStorage, sessionStorage]), document.body.outerHTML, location.href]";
  for (const text of await page.evaluate<readonly string[]>(readable)) expect(text).not.toContain(token.slice(-20));
  await page.waitForText("42 ms");
  await look(page, "running");

  const phone = await openPage("Chromium", { viewport: { width: 320, height: 640 }, touch: true });
  await phone.goto(`${url}/ops`);
  await look(phone, "sign-in-phone");
  await phone.fill("Token", tokenFor("oscar", "observe"));
  await phone.click("button", "Sign in");
  await phone.waitUntil("document.querySelectorAll('[data-row]').length === 2");
  await look(phone, "running-phone");

  await rowOf(page, "ada");
  await page.press("Enter");
  await page.waitUntil("document.activeElement?.id === 'session-heading'");
  await page.waitForText("And when a card tears");
  await page.waitFor('.ops-captions li[data-status="interrupted"]');
  await look(page, "session");
  const question = "Which loom was the first?";
  const guidance = `Ask “${question}” next. CANARY`;
  await page.tabTo("A word to the interviewer");
  await page.fill("A word to the interviewer", guidance);
  await page.press("Control+Enter");
  await page.waitForText("Given to the interviewer.");
  const told = await simulator.waitFor((event) => toldBy(event)?.text === guidance);
  expect(toldBy(told)?.how).toBe("in private");
  // A word to the interviewer is of its next sentence.
  await page.waitForText(question);

  await phone.click("button", "ada");
  await phone.waitFor('.ops-captions li[data-status="interrupted"]');
  expect(
    await phone.evaluate("document.querySelector('.ops-panel :is(button, textarea)')"),
    "nothing to act with",
  ).toBeNull();
  await look(phone, "session-phone");

  await page.tabTo("End this interview");
  await page.press("Enter");
  await page.waitFor("dialog[open]");
  expect(await page.evaluate("document.activeElement.textContent"), "what does no harm").toBe("No, let it go on");
  await look(page, "ending");
  await page.tabTo("End at once");
  await page.press("Enter");
  for (const each of [page, phone]) {
    await each.waitForText("This interview is over.");
    await each.waitForText("Ended by an operator.");
  }
  await look(phone, "over-phone");
  await phone.click("link", "Close this interview");
  // The focus is back in the list, at what is left of it.
  await phone.waitUntil("document.activeElement?.textContent === 'grace'");
  expect(await phone.evaluate("document.querySelectorAll('[data-row]').length")).toBe(1);

  await page.tabTo("Read its transcript", "Shift+Tab");
  await page.press("Enter");
  await page.waitForText("Verified.");
  expect(await page.textOf(".ops-turns")).toMatch(/interrupted after \d\.\d s/);
  await look(page, "transcript");
  const exported = await page.evaluate<readonly string[]>(
    "Promise.all([...document.querySelectorAll('.ops-exports a')].map(async ({ href }) => (await fetch(href)).text()))",
  );
  expect(exported.map((text) => text.slice(0, 6))).toEqual(["Interv", "WEBVTT", '{\n  "f']);
  for (const text of exported) expect(text).toContain("A loom that is told its pattern by cards.");

  await page.tabTo("Close this transcript", "Shift+Tab");
  await page.press("Enter");
  await page.fill("Person", "nobody");
  await page.press("Enter");
  await page.waitForText("No past interview is like this.");
  await page.fill("Person", "ada");
  await page.press("Enter");
  await page.waitForText("1 found");
  expect(await page.evaluate("document.querySelector('.ops-table tbody a').hash")).toBe(`#/past/${sessionId}`);
  await look(page, "past");
  await page.tabTo("Sign out", "Shift+Tab");
  await page.press("Enter");
  await page.waitForText("You have signed out.");
  expect(await page.evaluate("fetch('/api/operators/me').then(({ status }) => status)")).toBe(401);
  expect(output(), "no log has words or tokens").not.toMatch(/CANARY|loom|eyJ/);
  // The browser itself writes so of the sign-in that was refused, and of asking who is signed in before that.
  expect([...page.errors, ...phone.errors].filter((error) => !error.includes("status of 401"))).toEqual([]);
});

/** Leads by keyboard to the row of a person. */
async function rowOf(page: DrivenPage, person: string): Promise<void> {
  const focused = () =>
    page.evaluate<string>("document.activeElement?.closest('[data-row]')?.querySelector('button').textContent ?? ''");
  for (let presses = 0; (await focused()) === ""; presses += 1) {
    if (presses > 30) throw new Error("Tab does not lead to the list.");
    await page.press("Tab");
  }
  if ((await focused()) !== person) await page.press("ArrowDown");
  if ((await focused()) !== person) await page.press("Home");
  expect(await focused()).toBe(person);
}
