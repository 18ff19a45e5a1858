import type { CallReport, SaidWords, Simulator } from "openai-voice-simulator";

const KEY = { authorization: "Bearer sk-test-key" };

/** Creates a Live session, as a trusted backend does. */
export async function createLive(
  simulator: Pick<Simulator, "baseUrl">,
  sdp: string,
  session: object = {},
  headers: Record<string, string> = {},
): Promise<{ id: string; answer: string; response: Response; body: string }> {
  const response = await fetch(`${simulator.baseUrl}/live/sessions`, {
    method: "POST",
    headers: { ...KEY, "content-type": "application/json", ...headers },
    body: JSON.stringify({ session: { model: "gpt-live-1", ...session }, transport: { type: "webrtc", sdp } }),
  });
  const body = await response.text();
  const created = response.status === 201 && body.startsWith("{") ? JSON.parse(body) : {};
  return { id: created.session?.id ?? "", answer: created.transport?.sdp ?? "", response, body };
}

/** Asks for something of a Live session over HTTP. */
export function liveRequest(simulator: Pick<Simulator, "baseUrl">, path: string, method = "POST"): Promise<Response> {
  return fetch(`${simulator.baseUrl}/live/sessions/${path}`, { method, headers: KEY });
}

/** What was said in a call, by its log. */
export function saidIn({ events }: Pick<CallReport, "events">): readonly SaidWords[] {
  return events.filter(({ type }) => type === "call.said").map(({ event }) => event as SaidWords);
}
