import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ERRORS, type ErrorCode } from "@interview-proxy/protocol";
import { expect, test, vi } from "vitest";
import { BROWSERS, openPage } from "../browsers/open-page.ts";
import { lookFor } from "../browsers/look.ts";
import { PATIENCE } from "../interview/conversation.ts";
import { startInviting } from "./invited-candidate.ts";

const look = lookFor("candidate");

const DEVICES = readFileSync(join(import.meta.dirname, "fake-devices.js"), "utf8");
const PHONE = { viewport: { width: 320, height: 640 }, touch: true };

test.each(BROWSERS)("whatever goes wrong is told with its remedy, on a phone, in %s", async (browser) => {
  const platform = await startInviting();
  const { link, invitationId } = await platform.invite();
  const page = await openPage(browser, { ...PHONE, scripts: [DEVICES] });
  const see = (name: string) => look(page, browser, `${name}-phone`);
  await page.goto(link);
  await page.click("checkbox", "I have read this, and I agree to the interview.");
  await page.click("button", "Continue");
  await page.click("button", "Go to the interview without it");
  await page.waitForText("Ready when you are.");

  for (const [exception, code] of [
    ["NotAllowedError", "MICROPHONE_DENIED"],
    ["NotFoundError", "MICROPHONE_NOT_FOUND"],
  ] as const) {
    await page.evaluate(`refuseMicrophone("${exception}")`);
    await page.click("button", "Start the interview");
    await page.waitFor(`[role="alert"][data-code="${code}"]`);
    await see(code.toLowerCase().replaceAll("_", "-"));
  }

  await page.evaluate("plugInMicrophone(), holdSoundBack(true)");
  await page.click("button", "Start the interview");
  await page.waitFor('.interview-stage[data-state="connected"]');
  await page.waitForText("The browser holds the sound back until you ask for it.");
  await see("sound-held-back");
  await page.evaluate("holdSoundBack(false)");
  await page.click("button", "Turn on sound");
  await page.waitUntil("document.querySelector('.sound-notice').textContent === ''");

  await page.evaluate("unplugMicrophone()");
  await page.waitFor('[role="alert"][data-code="MICROPHONE_LOST"]');
  await see("unplugged");
  await page.evaluate("plugInMicrophone()");
  await page.waitUntil("!document.querySelector('[role=alert][data-code]')");

  await page.click("button", "Technical problem?");
  await page.click("button", "Reconnect the audio");
  await page.waitForText("The audio line is being set up again.");
  await see("problem");
  const states = () => platform.simulator.calls().map(({ state }) => state === "ended");
  await vi.waitFor(() => expect(states()).toEqual([true, false]), PATIENCE);
  expect(await page.evaluate("document.querySelector('.interview-stage').dataset.state")).toBe("connected");
  await page.click("button", "Close");

  await page.reload();
  await page.waitForText("Welcome back");
  expect(await page.evaluate("location.search")).toBe("");
  await see("continue");
  await page.click("button", "Continue your interview");
  await page.waitFor('.interview-stage[data-state="connected"]');
  await page.waitFor('.captions li[data-role="interviewer"]');
  await see("interview");
  await page.click("button", "End the interview");
  await see("ending");
  await page.click("button", "No, go on");
  expect(await platform.sessionOf(invitationId)).toMatchObject({ status: "running" });
  await page.click("button", "End the interview");
  await page.click("button", "Yes, end it");
  await page.waitForText("You have ended the interview.");
  await see("done");
  expect(await platform.sessionOf(invitationId)).toMatchObject({ endReason: "client_disconnected" });
  expect(page.errors).toEqual([]);
});

test("an invitation that leads nowhere gets a page that says so, and what to do", async () => {
  const platform = await startInviting();
  const revoked = await platform.invite();
  await platform.revoke(revoked.invitationId);
  const cases: readonly (readonly [name: string, link: string, code: ErrorCode])[] = [
    ["revoked", revoked.link, "INVITATION_REVOKED"],
    ["broken", revoked.link.slice(0, -9), "INVITATION_INVALID"],
    ["expired", answeredBy(revoked.link, "INVITATION_EXPIRED"), "INVITATION_EXPIRED"],
    ["exhausted", answeredBy(revoked.link, "INVITATION_EXHAUSTED"), "INVITATION_EXHAUSTED"],
  ];
  const page = await openPage("Chromium", { scripts: [ANSWERS], viewport: { width: 720, height: 420 } });
  await page.goto(`${platform.url}/interview`);
  await page.waitForText("This page needs an invitation.");
  await look(page, "Chromium", "no-invitation");
  for (const [name, link, code] of cases) {
    await page.goto(link);
    await page.waitForText(ERRORS[code].message.split(". ")[0] ?? "");
    expect(await page.textOf("code")).toMatch(new RegExp(`^${code} req_`));
    expect(await page.evaluate("document.querySelectorAll('button').length"), "only the language").toBe(1);
    await look(page, "Chromium", name);
  }
  await page.click("button", "Deutsch");
  await page.waitForText("Diese Einladung wurde zu oft geöffnet und ist deshalb geschlossen.");

  await page.goto(answeredBy(revoked.link, "RECORDS_UNAVAILABLE"));
  await page.click("button", "Erneut versuchen");
  await page.waitForText("Diese Einladung wurde zurückgezogen.");
});

/** Has the server's first answer replaced, where what it takes to get it is days or a hundred visits. */
function answeredBy(link: string, code: ErrorCode): string {
  const { message, retryable, http: status } = ERRORS[code];
  const reply = { status, body: { error: { code, message, retryable, requestId: "req_1" } } };
  return `${link}&answered=${encodeURIComponent(JSON.stringify(reply))}`;
}

const ANSWERS = `{
  const answered = new URL(location.href).searchParams.get("answered");
  const { fetch } = window;
  if (answered !== null) window.fetch = async () => {
    window.fetch = fetch;
    const { status, body } = JSON.parse(answered);
    return new Response(JSON.stringify(body), { status });
  };
}`;
