import { sessionIdOfToken } from "../ids.ts";
import type { Principal } from "./principal.ts";

/** What a request carries to say who it is. */
export interface Credentials {
  /** From `Authorization: Bearer` or `Sec-WebSocket-Protocol: bearer, <token>`. */
  readonly bearer: string | undefined;
  /** From `?token=`, where only a ticket will do, because URLs end up in logs. */
  readonly urlToken: string | undefined;
  /** `?simulation=true`. */
  readonly simulation: boolean;
  /** The client's address. */
  readonly address: string;
}

/** What opens a session: somebody's sign-in, or the session's own resume token. */
export type SessionCredential = { readonly principal: Principal } | { readonly resumeToken: string };

/** The subprotocol with which a browser, which cannot set headers on a WebSocket, hands over its token. */
export const BEARER_SUBPROTOCOL = "bearer";

/** No token of ours or of a known issuer is longer; more is not worth a signature check. */
const MAX_TOKEN_CHARACTERS = 8192;

interface CarriesCredentials {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: unknown;
  readonly ip: string;
}

export function readCredentials(request: CarriesCredentials): Credentials {
  const query = request.query as Readonly<Record<string, unknown>>;
  return {
    bearer: bounded(
      fromAuthorization(request.headers.authorization) ?? fromSubprotocol(request.headers["sec-websocket-protocol"]),
    ),
    urlToken: bounded(typeof query.token === "string" ? query.token : undefined),
    simulation: query.simulation === "true",
    address: request.ip,
  };
}

/** The resume token that a request carries; `undefined` where it carries something else, or nothing. */
export function readResumeToken(request: CarriesCredentials): string | undefined {
  const { bearer } = readCredentials(request);
  return bearer !== undefined && sessionIdOfToken(bearer) !== undefined ? bearer : undefined;
}

function fromAuthorization(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? /^Bearer +(\S+)$/i.exec(header)?.[1] : undefined;
}

function fromSubprotocol(header: string | string[] | undefined): string | undefined {
  const [name, token] = String(header ?? "").split(",");
  return name?.trim() === BEARER_SUBPROTOCOL ? token?.trim() : undefined;
}

function bounded(token: string | undefined): string | undefined {
  return token === undefined || token === "" || token.length > MAX_TOKEN_CHARACTERS ? undefined : token;
}
