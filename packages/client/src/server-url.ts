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

const PROTOCOLS: Readonly<Record<string, { readonly ws: string; readonly http: string }>> = {
  "ws:": { ws: "ws:", http: "http:" },
  "http:": { ws: "ws:", http: "http:" },
  "wss:": { ws: "wss:", http: "https:" },
  "https:": { ws: "wss:", http: "https:" },
};

/** Reads a `ws`, `wss`, `http` or `https` address. Throws `BAD_SERVER_URL`. */
export function parseServerUrl(address: string): ServerUrl {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const protocols = url && PROTOCOLS[url.protocol];
  if (!url || !protocols || url.username !== "" || url.password !== "") throw clientError("BAD_SERVER_URL");
  const api = `${protocols.http}//${url.host}/api`;
  return {
    webSocket: `${protocols.ws}//${url.host}${url.pathname}${url.search}`,
    sdpExchange: `${api}/sdp-exchange${url.search}`,
    preCheck: `${api}/pre-check${url.search}`,
    testCall: `${api}/pre-check/call${url.search}`,
    redemption: `${api}/invitations/redeem`,
    session: (sessionId) => `${api}/sessions/${encodeURIComponent(sessionId)}`,
  };
}
