import { once } from "node:events";
import { WebSocket } from "ws";
import { loadOffer } from "../processes/load-offer.ts";

const SESSION = {
  type: "realtime",
  output_modalities: ["audio"],
  audio: {
    input: {
      transcription: { model: "gpt-realtime-whisper" },
      turn_detection: { type: "server_vad", create_response: true, interrupt_response: true },
    },
  },
};

/** Makes a call at a simulator without a proxy, by its n-th offer, and connects to its sideband, which is not open yet. */
export async function dialSideband(baseUrl: string, index: number): Promise<WebSocket> {
  const headers = { authorization: "Bearer sk-load" };
  const created = await fetch(`${baseUrl}/realtime/calls`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/sdp" },
    body: loadOffer(index),
  });
  await created.arrayBuffer();
  const callId = created.headers.get("location")?.split("/").at(-1) ?? "";
  const url = `${baseUrl.replace(/^http/, "ws")}/realtime?call_id=${callId}`;
  return new WebSocket(url, { headers, perMessageDeflate: false });
}

/** Sets up the session of a sideband as soon as it is open, and has the interviewer begin. */
export async function beginInterview(sideband: WebSocket): Promise<void> {
  await once(sideband, "open");
  sideband.send(JSON.stringify({ type: "session.update", session: SESSION }));
  sideband.send(JSON.stringify({ type: "response.create" }));
}
