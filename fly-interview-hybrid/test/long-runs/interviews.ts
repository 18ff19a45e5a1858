import type { InterviewScript, Simulator } from "openai-voice-simulator";
import { expect, onTestFinished } from "vitest";
import { pause } from "../../src/pause.ts";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { type Said, saidIn } from "../doors/said-by-simulator.ts";
import { relayWith } from "../doors/sideband-relay.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "../doors/start-proxy.ts";
import { asOnRealtime } from "../doors/voice-api.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { type Cut, SidebandCuts } from "./sideband-cuts.ts";

/** Longer than the proxy has patience with anything that it waits for in a call. */
export const PATIENCE_MS = 200_000;

/** So long that what is said before and after words that nobody understands is not taken for one turn. */
export const THINKS_MS: number = asOnRealtime("words that cannot be made out") ? 500 : 1000;

/** An interview that is over, as the simulator's own log has it and as the proxy's transcript has it. */
export interface HeldInterview {
  readonly said: readonly Said[];
  readonly transcribed: readonly Said[];
  /** How many events the sideband had for the proxy, those that were cut included. */
  readonly events: number;
  /** Where the sideband was cut, for whoever reads a failure. */
  readonly cuts: readonly string[];
}

/** As people speak, in words a second. What is inferred from pauses is so for people. */
export const HUMAN_SPEED = 2.5;

/** Faster than people speak, so that little of the time passes in which nothing happens; where nothing is inferred. */
export const SPEED: number = asOnRealtime("who speaks") ? 10 : HUMAN_SPEED;

/**
 * Holds interviews of one script side by side, as many as there are lists of cuts, each with its own person.
 *
 * @param wordsPerSecond - how fast both speak
 */
export async function holdInterviews(
  script: InterviewScript,
  cutsOfEach: readonly (readonly Cut[])[],
  wordsPerSecond = SPEED,
): Promise<readonly HeldInterview[]> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const cuts = new SidebandCuts(clock, cutsOfEach);
  const proxy = await startProxy({
    clock,
    settings: { LOG_LEVEL: "error", IDLE_SECONDS: "3600" },
    simulator: { media: "none", wordsPerSecond, thinksMs: THINKS_MS, script, clock, maxEndedCalls: cutsOfEach.length },
    between: relayWith(
      (event, callId) => cuts.meddle(event, callId),
      (callId) => cuts.isAway(callId),
    ),
  });
  const spoken = untilAllIsSpoken(proxy.simulator, script.turns.length * cutsOfEach.length);
  const begun: BegunInterview[] = [];
  for (const person of cutsOfEach.keys()) begun.push(await begin(proxy, `person-${person}`));
  await spoken;
  await pause(clock, PATIENCE_MS);
  const held: HeldInterview[] = [];
  for (const interview of begun) held.push({ ...(await end(proxy, interview)), ...cuts.of(interview.callId) });
  await proxy.close();
  return held;
}

export interface BegunInterview {
  readonly callId: string;
  readonly sessionId: string;
  readonly resumeToken: string;
}

/** Begins an interview over HTTP, as a person who has none. */
export async function begin(proxy: ProxyUnderTest, person: string): Promise<BegunInterview> {
  const { status, json } = await proxy.fetch("/api/sdp-exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenFor(person)}`, "content-type": "application/json" },
    body: JSON.stringify({ sdpOffer: audioOffer }),
  });
  expect(status).toBe(200);
  const { sessionId, resumeToken } = json as { sessionId: string; resumeToken: string };
  return { callId: proxy.simulator.liveCalls().at(-1)?.id ?? "", sessionId, resumeToken };
}

/** Ends an interview over HTTP. */
export async function end(
  proxy: ProxyUnderTest,
  { callId, sessionId, resumeToken }: BegunInterview,
): Promise<Pick<HeldInterview, "said" | "transcribed">> {
  const headers = { authorization: `Bearer ${resumeToken}` };
  expect(await proxy.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers })).toMatchObject({ status: 204 });
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  const { turns } = json as TranscriptDocument;
  const call = proxy.simulator.calls().find(({ id }) => id === callId);
  return {
    said: call === undefined ? [] : saidIn(call),
    transcribed: turns.map((turn) => [turn.role, turn.status, turn.text, turn.heardMs]),
  };
}

/** Until so many lines were heard, or cut off. */
export async function untilAllIsSpoken(simulator: Simulator, lines: number, timeoutMs = 3_600_000): Promise<void> {
  let ended = 0;
  await simulator.waitFor(
    ({ type }) => {
      if (type === "call.interviewer_finished" || type === "call.interviewer_cut") ended += 1;
      return ended === lines;
    },
    { timeoutMs },
  );
}
