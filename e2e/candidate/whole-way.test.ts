import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DrivenPage } from "../browsers/driven-page.ts";
import { lookFor } from "../browsers/look.ts";
import { BROWSERS, openPage } from "../browsers/open-page.ts";
import { startInviting } from "./invited-candidate.ts";

const look = lookFor("candidate");

const script = (path: string): string => readFileSync(join(import.meta.dirname, path), "utf8");
const SCRIPTS = ["fake-devices.js", "long-tasks.js", "../interview/watched-status.js"].map(script);

test.each(BROWSERS)("a candidate comes from invitation to done by keyboard alone, in %s", async (browser) => {
  const platform = await startInviting();
  const { link, invitation, invitationId } = await platform.invite({ metadata: { application: "4711" } });
  const page = await openPage(browser, { scripts: SCRIPTS, viewport: { width: 720, height: 640 } });
  await page.goto(link);

  await stepIs(page, "Welcome to your interview");
  expect(await page.evaluate("location.href"), "the address holds no secret").toBe(`${platform.url}/interview`);
  expect(await platform.invitation(invitationId), "looking is not redeeming").toMatchObject({
    status: "open",
    attempts: 0,
  });
  await look(page, browser, "welcome");
  // Before the heading, which has the focus.
  await page.tabTo("Deutsch", "Shift+Tab");
  await page.press("Enter");
  await page.waitForText("Willkommen zu Ihrem Interview");
  expect(await page.evaluate("[document.documentElement.lang, document.title]")).toEqual([
    "de",
    "Willkommen zu Ihrem Interview",
  ]);
  await look(page, browser, "welcome-german");
  await page.press("Enter");
  await page.tabTo("I have read this, and I agree to the interview.");
  await page.press(" ");
  await page.tabTo("Continue");
  await page.press("Enter");

  await stepIs(page, "Check your device");
  const { consentedAt, startedAt } = await platform.sessionOf(invitationId);
  expect(Math.abs(Date.parse(consentedAt ?? "") - Date.now())).toBeLessThan(60_000);
  expect(startedAt, "consent comes first").toBeNull();
  await page.tabTo("Check my device");
  await page.press("Enter");
  await page.waitFor('.pre-check li[data-check="microphone"] [role="meter"]');
  const spoken = page.speak();
  await page.waitFor('.pre-check:is([data-summary="passed"], [data-summary="warning"])');
  expect(await page.textOf('.pre-check-summary[aria-live="polite"]')).toMatch(/^You can start|^Everything works/);
  expect(await page.textOf('.pre-check li[data-check="udp"]')).toContain("fine");
  await look(page, browser, "check");
  await spoken;
  await page.tabTo("Go to the interview");
  await page.press("Enter");

  await stepIs(page, "Your interview");
  await page.tabTo("Start the interview");
  await page.press("Enter");
  await page.waitFor('.interview-stage[data-state="connected"]');
  const connectedAt = await page.evaluate<number>("performance.now()");
  await page.waitForText("Hello. Who are you?");
  const finished = '.captions ol[aria-live="polite"] li[data-role="interviewer"][data-status="complete"]';
  await page.waitFor(finished);
  expect(await page.textOf(finished), "what is read out").toBe("Interviewer: Hello. Who are you?");
  for (const words of ["Opening your microphone", "Connected"]) {
    expect(await page.evaluate(`timesSaid(${JSON.stringify(words)})`), `"${words}" is read out`).toBe(1);
  }
  const looked = await page.evaluate<number>("performance.now()");
  await look(page, browser, "interview");
  await expectHelp(page, { browser, secret: invitation, session: (await platform.invitation(invitationId)).sessionId });
  const spokeAt = await page.evaluate<number>("performance.now()");
  await page.speak();

  await stepIs(page, "The interview is over");
  await page.waitForText("You have completed the interview.");
  await look(page, browser, "done");
  // Less what the checks of this test do in the page's thread.
  const during = `longTasks.filter(({ startTime }) => startTime >= ${connectedAt} && !(startTime >= ${looked} && startTime < ${spokeAt}))`;
  const busy = await page.evaluate<readonly { duration: number }[]>(during);
  const told = busy.map(({ duration }) => duration).join(", ") || "none";
  process.stdout.write(`${browser}: tasks over 50 ms during the call: ${told}\n`);
  expect(await platform.sessionOf(invitationId)).toMatchObject({ endReason: "completed", consentedAt });
  // Firefox writes so of the check's second way, which leads nowhere in a simulation.
  expect(page.errors.filter((error) => !error.startsWith("WebRTC: ICE failed"))).toEqual([]);

  await page.reload();
  await stepIs(page, "The interview of this invitation is over, so it leads nowhere any more.");
  await page.waitForText("There is nothing left to do.");
  await look(page, browser, "used");
  expect(platform.output(), "no log has the invitation").not.toContain(invitation);
});

interface HelpNeeds {
  readonly browser: Parameters<typeof look>[1];
  readonly secret: string;
  readonly session: string | null;
}

/** The dialog for technical problems, and its report. */
async function expectHelp(page: DrivenPage, { browser, secret, session }: HelpNeeds): Promise<void> {
  await page.tabTo("Technical problem?");
  await page.press("Enter");
  await page.waitFor("dialog[open]");
  const report = await page.evaluate<string>("document.querySelector('dialog .report textarea').value");
  expect(report).toContain("state: connected");
  expect(report).toContain(`session: ${session}`);
  for (const telling of [secret, secret.slice(-20), "Hello", "Headset", "eyJ"]) expect(report).not.toContain(telling);
  await look(page, browser, "problem");
  await page.press("Escape");
  await page.waitUntil("!document.querySelector('dialog[open]')");
  expect(await page.evaluate("document.activeElement?.textContent"), "the focus is back").toBe("Technical problem?");
}

/** The step of this heading is there, has the page's title, and the focus. */
async function stepIs(page: DrivenPage, heading: string): Promise<void> {
  await page.waitForText(heading);
  await page.waitUntil(`document.activeElement?.tagName === "H1"`);
  expect(await page.evaluate("[document.activeElement.textContent, document.title]")).toEqual([heading, heading]);
}
