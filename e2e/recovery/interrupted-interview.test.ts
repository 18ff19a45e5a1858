import { parseServerMessage } from "@interview-proxy/protocol";
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { expectOneTranscript, panelIs, PATIENCE, said, status, toldOf } from "../interview/conversation.ts";
import {
  expectFirstQuestionAgain,
  expectNextQuestion,
  expectTimeRight,
  firstQuestionHeard,
  holdInterview,
  type HeldInterview,
  nextQuestionHeard,
} from "./held-interview.ts";
import { createUdpRelay, type UdpRelay } from "./udp-relay.ts";

/** From `disconnected` to new audio: 2 s are the goal on a machine that does nothing else. */
const GENEROUS_SILENCE_MS = 6_000;

test("a call that the voice service ends in mid-sentence is made anew: the question is asked again, without a greeting", async () => {
  const interview = await holdInterview();
  const { page, simulator } = interview;
  const [call] = simulator.liveCalls();
  simulator.injectFault({ kind: "drop_call", afterMs: 0, ...(call && { callId: call.id }) });
  await saidOnce(page, "The connection was interrupted");
  await goesOn(interview);
  expect(await page.getByRole("alert").textContent()).toBe("");
});

test("a reloaded page offers to continue, brings the captions back, and goes on with the same question", async () => {
  const interview = await holdInterview();
  const { page } = interview;
  await page.reload();
  await status(page, /^Your interview is not over/);
  await page.getByRole("button", { name: "Continue your interview" }).click();
  await goesOn(interview);
  expect(toldOf(interview.candidate, "initialized").map(({ resumed }) => resumed)).toEqual([false, true]);
});

test("audio that is swallowed for five seconds comes back by itself", async () => {
  const relay = createUdpRelay();
  const interview = await holdInterview({ prepare: (page) => divertAudio(page, relay) });
  relay.block();
  const { packets } = await interview.candidate.inboundAudio();
  // The time is what is tested: it is the candidate's network that is gone.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  relay.unblock();
  await vi.waitFor(
    async () => expect((await interview.candidate.inboundAudio()).packets).toBeGreaterThan(packets + 50),
    PATIENCE,
  );
  await status(interview.page, /^Connected/);
  // Whether the browser had given the line up by then is a matter of fractions of a second.
  await firstQuestionHeard(interview.calls);
  await expectNextQuestion(interview);
  await expectTimeRight(interview);
  await nextQuestionHeard(interview.calls);
  await expectOneTranscript(interview.candidate, interview.proxy(), interview.calls, "in pieces");
});

test("audio that is swallowed for good takes another way within seconds", async () => {
  const relay = createUdpRelay();
  const interview = await holdInterview({ prepare: (page) => divertAudio(page, relay) });
  relay.block();
  await saidOnce(interview.page, "The connection was interrupted");
  await goesOn(interview);
  const silence = await interview.page.evaluate<number>("silence()");
  process.stdout.write(`disconnected to new audio: ${silence} ms\n`);
  expect(silence).toBeLessThan(GENEROUS_SILENCE_MS);
});

test("a call that nears the provider's limit is replaced while the candidate thinks, and nothing is seen or heard of it", async () => {
  const interview = await holdInterview({ settings: { CALL_LIMIT_SECONDS: "120", ROLLOVER_SECONDS: "115" } });
  const { calls, candidate, page, simulator } = interview;
  await said(calls, "call.interviewer_finished", 1);
  await simulator.waitFor(({ type }) => type === "call.ended");
  expect(toldOf(candidate, "reoffer")).toEqual([{ type: "reoffer", reason: "call_limit" }]);
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

/** The interview is up again in another call, asks the same question, then the next one, and has one transcript. */
async function goesOn(interview: HeldInterview): Promise<void> {
  await status(interview.page, /^Connected/);
  await expectFirstQuestionAgain(interview);
  await expectNextQuestion(interview);
  await expectTimeRight(interview);
  await nextQuestionHeard(interview.calls);
  expect(interview.simulator.liveCalls()).toHaveLength(1);
  await expectOneTranscript(interview.candidate, interview.proxy(), interview.calls);
}

/** Waits until the page has said words that begin so; they may have stood for a moment only. */
async function saidOnce(page: Page, beginning: string): Promise<void> {
  const times = () => page.evaluate<number>(`timesSaid(${JSON.stringify(beginning)})`);
  await vi.waitFor(async () => expect(await times()).toBe(1), PATIENCE);
}

/** Has each call of the page go through the relay. */
async function divertAudio(page: Page, relay: UdpRelay): Promise<void> {
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      const message = parseServerMessage(data.toString());
      if (message?.type !== "sdp_answer") return socket.send(data);
      const { answer } = message;
      void relay
        .divert(answer.sdp)
        .then((sdp) => socket.send(JSON.stringify({ ...message, answer: { ...answer, sdp } })));
    });
  });
}
