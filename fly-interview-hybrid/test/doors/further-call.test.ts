import { expect, onTestFinished, test } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { startProxy, tokenFor } from "./start-proxy.ts";

const script = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines." },
    { interviewer: "For whom?", candidate: "For Babbage." },
    { interviewer: "Goodbye." },
  ],
};

test("an interview whose page was loaded again goes on with the next question, in one transcript", async () => {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const proxy = await startProxy({
    clock,
    settings: { IDLE_SECONDS: "3600" },
    simulator: { media: "none", script, clock },
  });
  const headers = { authorization: `Bearer ${await tokenFor("ada")}` };
  const exchange = async (sessionId?: string): Promise<string> => {
    const body = JSON.stringify({ sdpOffer: audioOffer, ...(sessionId !== undefined && { sessionId }) });
    const { json } = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    return (json as { sessionId: string }).sessionId;
  };
  const untilHeard = async (lines: number): Promise<void> => {
    const heard = (): number =>
      proxy.simulator.calls().flatMap(({ events }) => events.filter(({ type }) => type === "call.interviewer_finished"))
        .length;
    await proxy.simulator.waitFor(() => heard() >= lines, { timeoutMs: 3_600_000 });
  };

  const sessionId = await exchange();
  await untilHeard(2);
  expect(await exchange(sessionId)).toBe(sessionId);
  await untilHeard(5);

  const { status } = await proxy.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers });
  expect(status).toBe(204);
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  const { turns } = json as TranscriptDocument;
  // The question that nobody had answered is asked again.
  const [first, second, ...rest] = script.turns.map(({ interviewer }) => interviewer);
  expect(turns.flatMap(({ role, text }) => (role === "interviewer" ? [text] : []))).toEqual([
    first,
    second,
    second,
    ...rest,
  ]);
  expect(new Set(turns.map(({ call }) => call)).size).toBe(2);
  expect(proxy.simulator.calls()).toHaveLength(2);
});
