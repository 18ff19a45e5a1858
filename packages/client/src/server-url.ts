import { clientError } from "./errors.ts";

/** One server's addresses. The query (`?simulation=true`) is kept where a session begins. */
export interface ServerUrl {
  readonly webSocket: string;
  readonly sdpExchange: string;
  readonly preCheck: string;
  readonly testCall: string;
  readonly redemption: string;
  session(sessionId: string): string;
}

/** Reads a `ws`, `wss`, `http` or `https` address. Throws `BAD_SERVER_URL`. */
export function parseServerUrl(address: string): ServerUrl {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const [, s] = /^(?:ws|http)(s?):$/.exec(url?.protocol ?? "") ?? [];
  if (!url || s === undefined || url.username !== "" || url.password !== "") throw clientError("BAD_SERVER_URL");
  const api = `http${s}://${url.host}/api`;
  return {
    webSocket: `ws${s}://${url.host}${url.pathname}${url.search}`,
    sdpExchange: `${api}/sdp-exchange${url.search}`,
    preCheck: `${api}/pre-check${url.search}`,
    testCall: `${api}/pre-check/call${url.search}`,
    redemption: `${api}/invitations/redeem`,
    session: (sessionId) => `${api}/sessions/${encodeURIComponent(sessionId)}`,
  };
}
