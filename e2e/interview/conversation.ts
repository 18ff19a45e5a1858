import { parseServerMessage, type ServerMessageOf } from "@interview-proxy/protocol";
import type { CallReport } from "openai-voice-simulator";
import type { Page } from "playwright-core";
import { expect, vi } from "vitest";
import type { TranscriptDocument } from "../../fly-interview-hybrid/src/transcripts/document.ts";
import { type Said, saidAnewIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { asOnRealtime } from "../../fly-interview-hybrid/test/doors/voice-api.ts";
import { missedWords } from "../../fly-interview-hybrid/test/long-runs/comparison.ts";
import type { Candidate } from "./browser.ts";
import { expectNoSecret, type RunningProxy } from "./running-proxy.ts";

/** Polling a page or a process: how long at most, in milliseconds. */
export const PATIENCE = { timeout: 60_000, interval: 20 };

/** The calls that the voice service knows, live and ended. */
export type Calls = () => Promise<readonly CallReport[]>;

/** From the form to the interviewer's voice. */
export async function begin(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start Connection" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await panelIs(page, "connected");
}

export async function panelIs(page: Page, state: string): Promise<void> {
  await page.locator(`.interview-panel[data-state="${state}"]`).waitFor();
}

/** Waits until the interviewer is in mid-sentence. */
export async function wordsOnTheirWay(page: Page): Promise<void> {
  await page.locator('.captions li[data-role="interviewer"][data-status="unfinished"]').waitFor();
}

/** Waits until the page says so of the interview. */
export async function status(page: Page, words: RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: words }).waitFor();
}

/** Waits until the voice service has said so many events of a type, in whichever call. */
export async function said(calls: Calls, type: string, times: number): Promise<void> {
  await vi.waitFor(async () => {
    const histories = (await calls()).map(({ events }) => events.map((event) => event.type));
    const found = histories.flat().filter((happened) => happened === type).length;
    expect(found, `what happened in each call: ${JSON.stringify(histories)}`).toBeGreaterThanOrEqual(times);
  }, PATIENCE);
}

/** The page shows the time that is left until then, within a second. */
export async function expectTimeUntil(page: Page, deadline = ""): Promise<void> {
  const [minutes = Number.NaN, seconds = Number.NaN] = (await page.getByRole("timer").innerText())
    .split(":")
    .map(Number);
  const left = (Date.parse(deadline) - Date.now()) / 1000;
  expect(Math.abs(minutes * 60 + seconds - Math.ceil(left))).toBeLessThanOrEqual(1);
}

/** What the server has told the page, in order. */
export function toldOf<T extends "initialized" | "clock" | "reoffer">(
  { received }: Candidate,
  type: T,
): readonly ServerMessageOf<T>[] {
  return received.flatMap((text) => {
    const message = parseServerMessage(text);
    return message?.type === type ? [message as ServerMessageOf<T>] : [];
  });
}

/** What was said in all calls of one interview, without what the proxy told each of them of the calls before. */
export function saidInAll(calls: readonly CallReport[]): readonly Said[] {
  return calls.flatMap(saidAnewIn);
}

/**
 * Ends the interview. What the page shows, what is kept and what the voice service said are the same, turn by turn; of a turn
 * that was cut off by the loss of its call, the proxy may have heard less.
 *
 * @param firstLine - what becomes of it where it is told word by word and once: a pause of the line cuts it in two, and what was
 *   said while no proxy listened is missing
 */
export async function expectOneTranscript(
  candidate: Candidate,
  proxy: RunningProxy,
  calls: Calls,
  firstLine: FirstLine = "whole",
): Promise<void> {
  const { page, received } = candidate;
  const expected = linesOf(await calls());
  const compare = asOnRealtime("an utterance in a short absence") ? expectSame : comparisons[firstLine];
  await vi.waitFor(async () => compare(await shownCaptions(page), expected), PATIENCE);
  await page.getByRole("button", { name: "Disconnect" }).click();
  await panelIs(page, "disconnected");
  const sessions = toldOf(candidate, "initialized");
  expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(1);
  const { sessionId = "", resumeToken = "" } = sessions.at(-1) ?? {};
  const headers = { authorization: `Bearer ${resumeToken}` };
  // What the end has made final may be on its way to the records.
  await vi.waitFor(async () => {
    const response = await fetch(`${proxy.url}/api/sessions/${sessionId}/transcript`, { headers });
    const { turns } = (await response.json()) as TranscriptDocument;
    compare(
      turns.map(({ role, text }) => [role, text] as const),
      expected,
    );
  }, PATIENCE);
  const greeting = expected[0]?.text ?? "";
  expect(expected.filter(({ text }) => text === greeting)).toHaveLength(1);
  expectNoSecret([...received, proxy.command.output()]);
}

type FirstLine = "whole" | "in pieces" | "in pieces, with words missing";

type Line = readonly [role: string, text: string | null];

interface ExpectedLine {
  readonly role: string;
  readonly text: string | null;
  /** It is the last of a call that was lost: the voice service would have said more than anybody heard. */
  readonly mayBeCut: boolean;
}

function linesOf(calls: readonly CallReport[]): readonly ExpectedLine[] {
  return calls.flatMap((call, n) => {
    const lines = saidInAll([call]);
    const isLost = n < calls.length - 1;
    return lines.map(([role, , text], index) => ({ role, text, mayBeCut: isLost && index === lines.length - 1 }));
  });
}

function expectSame(lines: readonly Line[], expected: readonly ExpectedLine[]): void {
  const whole = lines.map(([role, text], n) => {
    const line = expected[n];
    const isCut = line?.mayBeCut === true && text !== null && text !== "" && line.text?.startsWith(text) === true;
    return [role, isCut ? line.text : text];
  });
  expect(whole).toEqual(expected.map(({ role, text }) => [role, text]));
}

const comparisons: Record<FirstLine, (lines: readonly Line[], expected: readonly ExpectedLine[]) => void> = {
  whole: expectSame,
  "in pieces": (lines, expected) => expect(missedInFirst(lines, expected)).toBe(0),
  "in pieces, with words missing": (lines, expected) => expect(missedInFirst(lines, expected)).toBeDefined(),
};

/** How many words of the first line are missing; all others have to be as they were said. */
function missedInFirst(lines: readonly Line[], [first, ...others]: readonly ExpectedLine[]): number | undefined {
  const pieces = lines.slice(0, lines.length - others.length);
  expectSame(lines.slice(pieces.length), others);
  const ofFirst: readonly Said[] = pieces.map(([role, text]) => [role, "", text, null]);
  return first && missedWords([[first.role, "", first.text, null]], ofFirst);
}

/** Speaker and words of each caption, without remarks on them. */
function shownCaptions(page: Page): Promise<[string, string][]> {
  return page.evaluate(`[...document.querySelectorAll(".captions li")].map((turn) => {
    const [, words] = [...turn.childNodes].filter(({ nodeName }) => nodeName !== "EM").map((node) => node.textContent).join("").split(/:(.*)/s);
    return [turn.dataset.role, words.trim()];
  })`);
}
