import type { InterviewScript, SimulatorOptions } from "openai-voice-simulator";
import { expect } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { faultOfAbsence } from "../long-runs/comparison.ts";
import { audioOffer } from "../sample-sdp.ts";
import { saidIn } from "../doors/said-by-simulator.ts";
import type { SocketClient } from "../doors/socket-client.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";

const script: InterviewScript = {
  turns: [
    ...Array.from({ length: 4 }, (_, n) => ({
      interviewer: `Question ${n + 1}: what did you do then, and why?`,
      candidate: `Answer ${n + 1}: I went on as well as I could.`,
    })),
    { interviewer: "Thank you. Goodbye." },
  ],
};

/** Lines of the interviewer. */
export const LINES: number = script.turns.length;

/** Some seconds of talk, then silence. */
export const simulator: SimulatorOptions = { media: "none", wordsPerSecond: 20, thinksMs: 200, script };

/** An interview over a socket, in its call. */
export interface InterviewInCall {
  readonly client: SocketClient;
  readonly sessionId: string;
  readonly resumeToken: string;
  /** As the voice service knows it. */
  readonly callId: string;
}

export async function beginInterview(proxy: ProxyUnderTest, person: string): Promise<InterviewInCall> {
  const client = await proxy.connectAs(person);
  client.send({ type: "init" });
  const { sessionId, resumeToken } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  const callId = proxy.simulator.liveCalls().at(-1)?.id ?? "";
  return { client, sessionId, resumeToken, callId };
}

/** Waits until the interviewer has said so many lines to the end. */
export async function untilLines(proxy: ProxyUnderTest, callId: string, lines: number): Promise<void> {
  let left = lines;
  await proxy.simulator.waitFor(
    (event) => {
      if (event.callId === callId && event.type === "call.interviewer_finished") left -= 1;
      return left <= 0;
    },
    { timeoutMs: 60_000 },
  );
}

/** Waits until the transcript has every turn that was said in the call, once and in order; gaps are none. */
export async function expectWholeTranscript(
  proxy: ProxyUnderTest,
  { sessionId, callId }: InterviewInCall,
  bearer: string,
): Promise<void> {
  await expect
    .poll(
      async () => {
        const headers = { authorization: `Bearer ${bearer}` };
        const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
        const { turns } = json as TranscriptDocument;
        if (turns.some(({ status }) => status === "gap")) return "there is a gap";
        const transcribed = turns.map(({ role, status, text, heardMs }) => [role, status, text, heardMs] as const);
        const call = proxy.simulator.calls().find(({ id }) => id === callId);
        return faultOfAbsence({ said: call === undefined ? [] : saidIn(call), transcribed, cuts: [] });
      },
      { timeout: 30_000 },
    )
    .toBeUndefined();
}
