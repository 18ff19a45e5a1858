import { once } from "node:events";
import type { InterviewScript, SimulatorEvent } from "openai-voice-simulator";
import { WebSocket } from "ws";
import { SECRETS } from "../doors/secrets.ts";
import { startTestSimulator } from "../doors/start-proxy.ts";
import { createManualClock } from "../fuzz/manual-clock.ts";
import { audioOffer } from "../sample-sdp.ts";

/** Everything that the simulator has noted of one call, which nothing has disturbed. */
export interface RecordedCall {
  readonly api: "realtime";
  readonly events: readonly SimulatorEvent[];
  readonly createdAt: number;
}

/** Longer than any interview here. */
const LENGTH_MS = 600_000;

const SESSION = {
  type: "realtime",
  audio: { input: { transcription: { model: "gpt-realtime-whisper" }, turn_detection: { type: "server_vad" } } },
};

/** Has an interview held to the end of its script, at once and with nobody else in it. */
export async function recordCall(script: InterviewScript): Promise<RecordedCall> {
  const clock = createManualClock();
  const simulator = await startTestSimulator({ media: "none", script, clock });
  const headers = { authorization: `Bearer ${SECRETS.key}` };
  const created = await fetch(`${simulator.baseUrl}/realtime/calls`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/sdp" },
    body: audioOffer,
  });
  await created.arrayBuffer();
  const callId = created.headers.get("location")?.split("/").at(-1) ?? "";
  const sideband = new WebSocket(`${simulator.baseUrl.replace(/^http/, "ws")}/realtime?call_id=${callId}`, { headers });
  await once(sideband, "open");
  const begun = simulator.waitFor(({ type }) => type === "response.created");
  sideband.send(JSON.stringify({ type: "session.update", session: SESSION }));
  sideband.send(JSON.stringify({ type: "response.create" }));
  await begun;
  clock.advance(LENGTH_MS);
  const call = simulator.calls().find(({ id }) => id === callId);
  sideband.terminate();
  await simulator.close();
  if (call?.api !== "realtime") throw new Error("There is no such call of the Realtime API.");
  return { api: call.api, events: call.events, createdAt: call.createdAt };
}
