import { expect, test, vi } from "vitest";
import { expectOneTranscript, panelIs, PATIENCE, said, status, toldOf } from "../interview/conversation.ts";
import {
  expectFirstQuestionAgain,
  expectNextQuestion,
  expectTimeRight,
  firstQuestionHeard,
  goesOn,
  holdInterview,
  saidOnce,
} from "./held-interview.ts";

test("a reloaded page offers to continue, brings the captions back, and goes on with the same question", async () => {
  const interview = await holdInterview();
  const { page } = interview;
  await page.reload();
  await status(page, /^Your interview is not over/);
  await page.getByRole("button", { name: "Continue your interview" }).click();
  await goesOn(interview);
  expect(toldOf(interview.candidate, "initialized").map(({ resumed }) => resumed)).toEqual([false, true]);
});

test("over HTTP too a call that is lost is made anew, and a reloaded page goes on", async () => {
  const interview = await holdInterview({ signalling: "HTTP" });
  const { candidate, page, simulator } = interview;
  const [call] = simulator.liveCalls();
  simulator.injectFault({ kind: "drop_call", afterMs: 0, ...(call && { callId: call.id }) });
  await saidOnce(page, "The connection was interrupted");
  await status(page, /^Connected/);
  await expectFirstQuestionAgain(interview);
  await page.reload();
  await page.getByRole("button", { name: "Continue your interview" }).click();
  await panelIs(page, "connected");
  await expectFirstQuestionAgain(interview);
  expect(simulator.liveCalls()).toHaveLength(1);
  await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
  await expectNextQuestion(interview);
});

test("a tab that was duplicated takes the interview over, and the first one is told and keeps still", async () => {
  const { candidate, page, proxy, simulator } = await holdInterview();
  const copy = await page.context().newPage();
  await copy.addInitScript(
    (items) => {
      for (const [key, value] of items) sessionStorage.setItem(key, value);
    },
    await page.evaluate(() => Object.entries(sessionStorage)),
  );
  await copy.goto(`${proxy().url}/simple-webrtc-test`);
  await copy.getByRole("button", { name: "Continue your interview" }).click();
  await panelIs(copy, "connected");
  await page.getByRole("alert").getByText("This interview goes on in another window.").waitFor();
  await panelIs(page, "failed");
  expect(await page.getByRole("button", { name: "Continue your interview" }).count()).toBe(0);
  await vi.waitFor(() => expect(simulator.liveCalls()).toHaveLength(1), PATIENCE);
  expect(toldOf(candidate, "initialized")).toHaveLength(1);
  await panelIs(copy, "connected");
});

test("a call that nears the provider's limit is replaced while the candidate thinks, and nothing is seen or heard of it", async () => {
  // The session ends before the second call would reach its limit, so that on a busy machine too there is no third one.
  const settings = { CALL_LIMIT_SECONDS: "120", ROLLOVER_SECONDS: "110", MAX_SESSION_SECONDS: "125" };
  const interview = await holdInterview({ settings });
  const { calls, candidate, page, simulator } = interview;
  await said(calls, "call.interviewer_finished", 1);
  const [first] = simulator.liveCalls();
  await vi.waitFor(() => {
    expect(toldOf(candidate, "reoffer")).toEqual([{ type: "reoffer", reason: "call_limit" }]);
  }, PATIENCE);
  await vi.waitFor(() => expect(simulator.liveCalls().map(({ id }) => id)).not.toContain(first?.id), PATIENCE);
  const { packets } = await candidate.inboundAudio();
  await vi.waitFor(
    async () => expect((await candidate.inboundAudio()).packets).toBeGreaterThan(packets + 50),
    PATIENCE,
  );
  await expectNextQuestion(interview);
  await expectTimeRight(interview);
  await firstQuestionHeard(calls);
  // Any other word in between would have had it said twice.
  expect(await page.evaluate("timesSaid('Connected')")).toBe(1);
  await expectOneTranscript(candidate, interview.proxy(), calls);
});
