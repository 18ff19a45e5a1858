import { offers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import { type Connect, keptConnections, post } from "./connect.ts";

const BOUNDARY = "0123456789abcdef0123456789abcdef";
const SESSION = JSON.stringify({ type: "realtime", model: "gpt-realtime", instructions: "Hold an interview." });

/** The body of a create, and its type. */
export const CREATE_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
export const CREATE_BODY = `${part("sdp", "application/sdp", sdpNamed(offers, "chrome-audio-only"))}${part("session", "application/json", SESSION)}--${BOUNDARY}--\r\n`;

/** The create as the voice service takes it: what a page sends that holds the key, or that a control adds it to. */
export function createVia(port: number, concurrency: number): Connect {
  const agent = keptConnections(concurrency);
  return {
    async once(token) {
      const startedAt = performance.now();
      const headers = {
        authorization: `Bearer ${token}`,
        "content-type": CREATE_TYPE,
      };
      await post({ agent, port, method: "POST", path: "/v1/realtime/calls", headers, body: CREATE_BODY });
      return { tookMs: performance.now() - startedAt };
    },
    async close() {
      agent.destroy();
    },
  };
}

function part(name: string, contentType: string, content: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${contentType}\r\n\r\n${content}\r\n`;
}
