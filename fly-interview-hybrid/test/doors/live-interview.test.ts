import type { InterviewScript } from "openai-voice-simulator";
import { expect, onTestFinished, test } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { startProxy, tokenFor } from "./start-proxy.ts";

const script: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines." },
    { interviewer: "Goodbye." },
  ],
};

test("trial", async () => {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const proxy = await startProxy({
    clock,
    settings: { IDLE_SECONDS: "3600", VOICE_API: "live" },
    simulator: { media: "none", script, clock },
  });
  const client = await proxy.connectAs("ada");
  client.send({ type: "init" });
  const { sessionId } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  for (let n = 0; n < 5; n++) console.log(await client.next("turn"));
  client.send({ type: "disconnect" });
  await client.closed;
  const [call] = proxy.simulator.calls();
  for (const event of call?.events ?? []) console.log(JSON.stringify(event).slice(0, 300));
  console.log(client.messages.map((m) => JSON.stringify(m).slice(0, 160)).join("\n"));
  const headers = { authorization: `Bearer ${await tokenFor("ada")}` };
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  console.log((json as TranscriptDocument).turns);
  expect(proxy.logLines.join("")).toBe("");
});
