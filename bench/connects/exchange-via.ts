import { offers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import { type Connect, keptConnections, post } from "./connect.ts";
import { inBatches } from "../supervision/supervised-load.ts";

/** The body of a connect by HTTP. */
export const EXCHANGE_BODY: string = JSON.stringify({ sdpOffer: sdpNamed(offers, "chrome-audio-only") });

/** `POST /api/sdp-exchange` of the proxy. */
export function exchangeVia(port: number, concurrency: number): Connect {
  const agent = keptConnections(concurrency);
  const replies: string[] = [];
  const end = async (): Promise<void> => {
    const begun = replies.splice(0).map((reply) => JSON.parse(reply) as { sessionId: string; resumeToken: string });
    await inBatches(begun.length, async (index) => {
      const { sessionId, resumeToken } = begun[index] ?? { sessionId: "", resumeToken: "" };
      const headers = { authorization: `Bearer ${resumeToken}` };
      await post({ agent, port, method: "DELETE", path: `/api/sessions/${sessionId}`, headers, body: "" });
    });
  };
  return {
    async once(token) {
      const startedAt = performance.now();
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const reply = await post({
        agent,
        port,
        method: "POST",
        path: "/api/sdp-exchange",
        headers,
        body: EXCHANGE_BODY,
      });
      const tookMs = performance.now() - startedAt;
      replies.push(reply);
      return { tookMs };
    },
    async close() {
      await end();
      agent.destroy();
    },
  };
}
