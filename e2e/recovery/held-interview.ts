import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "openai-voice-simulator";
import type { Page } from "playwright-core";
import { expect, onTestFinished, vi } from "vitest";
import { INTERVIEWER_DELTA } from "../../fly-interview-hybrid/test/doors/provider-log.ts";
import { type Candidate, openCandidate } from "../interview/browser.ts";
import {
  begin,
  type Calls,
  expectOneTranscript,
  expectTimeUntil,
  PATIENCE,
  said,
  saidInAll,
  status,
  toldOf,
  wordsOnTheirWay,
} from "../interview/conversation.ts";
import { type CutRelay, startCutRelay } from "../interview/cut-relay.ts";
import { hs256 } from "../interview/hs256.ts";
import { type RunningProxy, SECRETS, startProxy } from "../interview/running-proxy.ts";

export const PACKETS_PER_SECOND = 50;

const JWT_SECRET = "e2e-jwt-secret-0123456789abcdef0123456789";
const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef01234567";

/** An interview in Chromium, whose parts can be made to fail one by one. */
export interface HeldInterview {
  readonly simulator: Simulator;
  readonly candidate: Candidate;
  readonly page: Page;
  readonly calls: Calls;
  /** The proxy that runs at the moment. */
  readonly proxy: () => RunningProxy;
  /** Kills the proxy, as a crash would, and starts it again at the same address. */
  readonly killAndRestart: () => Promise<void>;
  /** Kills the proxy where there is another one, to which clients come from now on. */
  readonly killOneOfTwo: () => Promise<void>;
}

export interface HoldOptions {
  readonly signalling?: "WebSocket" | "HTTP";
  /** Address of a database, where two proxies share one behind a load balancer. */
  readonly sharedDatabase?: string;
  /** Address on which the voice service is asked; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Of the proxy, besides its own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called with the page before it is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Begins an interview; resolves while the interviewer speaks its first sentence. */
export async function holdInterview(options: HoldOptions = {}): Promise<HeldInterview> {
  const { signalling = "WebSocket", sharedDatabase, prepare } = options;
  const simulator = await startSimulator({ apiKeys: [SECRETS.key], ...(options.host && { host: options.host }) });
  onTestFinished(() => simulator.close());
  const folder = await mkdtemp(join(tmpdir(), "held-interview-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const settings = {
    SIMULATION_MODE: "false",
    OPENAI_BASE_URL: simulator.baseUrl,
    JWT_SECRET,
    SERVICE_TOKEN,
    DATABASE_URL: sharedDatabase ?? `file:${join(folder, "records.db")}`,
    ...options.settings,
  };
  let proxy = await startProxy("exec node dist/main.js", settings);
  const second = sharedDatabase && (await startBalanced(proxy, settings));
  const candidate = await openCandidate();
  const { page } = candidate;
  await prepare?.(page);
  await page.goto(`${second ? second.url : proxy.url}/simple-webrtc-test`);
  await page.getByRole("checkbox", { name: "Simulation Mode" }).uncheck();
  await page.getByRole("textbox", { name: "Access token" }).fill(hs256({ sub: "ada", exp: 4_102_444_800 }, JWT_SECRET));
  await page.getByRole("radio", { name: signalling }).check();
  await begin(page);
  if (signalling === "WebSocket") await wordsOnTheirWay(page);
  else await vi.waitFor(async () => expect((await candidate.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
  await simulator.waitFor(({ type }) => type === INTERVIEWER_DELTA);
  return {
    simulator,
    candidate,
    page,
    calls: async () => simulator.calls(),
    proxy: () => proxy,
    async killAndRestart() {
      await proxy.command.kill();
      proxy = await startProxy("exec node dist/main.js", { ...settings, PORT: new URL(proxy.url).port });
    },
    async killOneOfTwo() {
      if (!second) throw new Error("This interview has one proxy.");
      second.balancer.pointAt(portOf(second.proxy));
      await proxy.command.kill();
      proxy = second.proxy;
    },
  };
}

interface SecondProxy {
  readonly proxy: RunningProxy;
  /** Leads to the first one until it is pointed elsewhere. */
  readonly balancer: CutRelay;
  readonly url: string;
}

async function startBalanced(first: RunningProxy, settings: Readonly<Record<string, string>>): Promise<SecondProxy> {
  const proxy = await startProxy("exec node dist/main.js", settings);
  const balancer = await startCutRelay(portOf(first));
  return { proxy, balancer, url: `http://localhost:${balancer.port}` };
}

function portOf({ url }: RunningProxy): number {
  return Number(new URL(url).port);
}

/** The candidate answers the first question, and hears the second: neither the first again, nor the third. */
export async function expectNextQuestion({ candidate, calls }: HeldInterview): Promise<void> {
  const before = saidInAll(await calls()).length;
  await candidate.speak();
  await vi.waitFor(async () => {
    const [answer, question] = saidInAll(await calls()).slice(before);
    expect([answer?.[0], question?.[2]]).toEqual([
      "candidate",
      "Thank you. Which piece of work are you most proud of, and why?",
    ]);
  }, PATIENCE);
}

/** Waits until the interviewer has said the question that stands to its end, in the call that goes on. */
export async function expectFirstQuestionAgain({ calls }: HeldInterview): Promise<void> {
  await firstQuestionHeard(calls);
  const again = saidInAll((await calls()).slice(-1)).map(([, , text]) => text);
  expect(again).toEqual(["First, please tell me a little about yourself."]);
}

/** After its proxy was killed: more than so many packets come, the next question is the right one, and the transcript is whole. */
export async function expectToGoOn(interview: HeldInterview, packets: number): Promise<void> {
  const { calls, candidate } = interview;
  await vi.waitFor(async () => {
    expect((await candidate.inboundAudio()).packets).toBeGreaterThan(packets + PACKETS_PER_SECOND);
  }, PATIENCE);
  await firstQuestionHeard(calls);
  await expectNextQuestion(interview);
  await expectTimeRight(interview);
  await nextQuestionHeard(calls);
  await expectOneTranscript(candidate, interview.proxy(), calls, "in pieces, with words missing");
}

/** Waits until the first thing that the interviewer says in the newest call was heard to its end. */
export async function firstQuestionHeard(calls: Calls): Promise<void> {
  await said(async () => (await calls()).slice(-1), "call.interviewer_finished", 1);
}

/** The same of the second. */
export async function nextQuestionHeard(calls: Calls): Promise<void> {
  await said(async () => (await calls()).slice(-1), "call.interviewer_finished", 2);
}

/** The page shows as much time as the server says that there is left. */
export async function expectTimeRight({ candidate, page, proxy }: HeldInterview): Promise<void> {
  const { sessionId = "" } = toldOf(candidate, "initialized").at(-1) ?? {};
  const headers = { authorization: `Bearer ${SERVICE_TOKEN}` };
  const response = await fetch(`${proxy().url}/api/sessions/${sessionId}`, { headers });
  const { deadline } = (await response.json()) as { deadline: string };
  await expectTimeUntil(page, deadline);
}

/** The interview is up again in another call, asks the same question, then the next one, and has one transcript. */
export async function goesOn(interview: HeldInterview): Promise<void> {
  await status(interview.page, /^Connected/);
  await expectFirstQuestionAgain(interview);
  await expectNextQuestion(interview);
  await expectTimeRight(interview);
  await nextQuestionHeard(interview.calls);
  expect(interview.simulator.liveCalls()).toHaveLength(1);
  await expectOneTranscript(interview.candidate, interview.proxy(), interview.calls);
}

/** Waits until the page has said words that begin so; they may have stood for a moment only. */
export async function saidOnce(page: Page, beginning: string): Promise<void> {
  const times = () => page.evaluate<number>(`timesSaid(${JSON.stringify(beginning)})`);
  await vi.waitFor(async () => expect(await times()).toBe(1), PATIENCE);
}
