import { sessionIdOfToken } from "../ids.ts";
import type { Principal } from "./principal.ts";

/** What a request carries to say who it is. */
export interface Credentials {
  /** From `Authorization: Bearer` or a subprotocol, without the prefix that OpenAI's clients demand. */
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

/** The subprotocol of OpenAI's own clients. Beside it they name one that is their token, behind this prefix. */
export const OPENAI_SUBPROTOCOL = "realtime";
const OPENAI_TOKEN_PREFIX = "openai-insecure-api-key.";

/** OpenAI's browser clients take no key that begins otherwise, so a token of ours may begin so too. */
export const CLIENT_KEY_PREFIX = "ek_";
const PREFIXED_TOKEN = /^ek_(?=eyJ|rst_)/;

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
  const token = typeof header === "string" ? /^Bearer +(\S+)$/i.exec(header)?.[1] : undefined;
  return token === undefined ? undefined : withoutKeyPrefix(token);
}

function fromSubprotocol(header: string | string[] | undefined): string | undefined {
  const [name, ...others] = String(header ?? "")
    .split(",")
    .map((word) => word.trim());
  if (name === BEARER_SUBPROTOCOL) return others[0];
  const token = name === OPENAI_SUBPROTOCOL ? others.find((word) => word.startsWith(OPENAI_TOKEN_PREFIX)) : undefined;
  return token === undefined ? undefined : withoutKeyPrefix(token.slice(OPENAI_TOKEN_PREFIX.length));
}

/** Tokens begin with the head of a JWT or as resume tokens do; a SERVICE_TOKEN may be any text, and stays as it is. */
function withoutKeyPrefix(token: string): string {
  return token.replace(PREFIXED_TOKEN, "");
}

function bounded(token: string | undefined): string | undefined {
  return token === undefined || token === "" || token.length > MAX_TOKEN_CHARACTERS ? undefined : token;
}
