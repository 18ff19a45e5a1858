import type { FastifyReply, FastifyRequest } from "fastify";
import { Agent, type Dispatcher } from "undici";
import type { SessionCredential } from "../../auth/credentials.ts";
import type { RelayPasses } from "../../auth/relay-passes.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import { lostElsewhere } from "../../sessions/elsewhere.ts";
import type { Sessions } from "../../sessions/sessions.ts";
import { PERSON_HEADER, SESSION_HEADERS } from "../openai/headers.ts";
import { type LineListener, OwnerLine } from "./owner-line.ts";
import { CONNECT_TIMEOUT_MS, RELAY_HEADER } from "./relay-header.ts";
import { RelayedTraffic } from "./relayed-traffic.ts";

/** What the other machine needs to know of a request beside whose it is. */
const REQUEST_HEADERS = ["content-type", "last-event-id", "traceparent", PERSON_HEADER];

/** What the client gets of the other machine's reply; the rest, such as CORS, is this one's own. */
const REPLY_HEADERS = [
  "content-type",
  "location",
  "retry-after",
  "x-accel-buffering",
  "x-request-id",
  "x-should-retry",
  ...SESSION_HEADERS,
];

/** Beyond the time that the voice service has for its answer, in milliseconds. */
const REPLY_MARGIN_MS = 10_000;

export interface RelayNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly passes: RelayPasses;
  readonly sessions: Sessions;
}

/** Passes what concerns a session on to the machine that runs it, once: what was passed on is never passed on again. */
export interface Relay {
  /** Answers a request with the reply of the machine at a base URL. Throws SESSION_BUSY where it cannot be had. */
  answer(
    address: string,
    request: FastifyRequest,
    credential: SessionCredential,
    reply: FastifyReply,
  ): Promise<FastifyReply>;
  /** Opens a line for a client's messages, until `departure` is aborted or the machine is dead. Throws SESSION_BUSY. */
  connect(
    address: string,
    credential: SessionCredential,
    listener: LineListener,
    departure: AbortSignal,
  ): Promise<OwnerLine>;
  /** Whose request another machine has passed on. Throws UNAUTHENTICATED. */
  redeem(pass: string | string[]): Promise<SessionCredential>;
  close(): Promise<void>;
}

export function createRelay({ config, clock, passes, sessions }: RelayNeeds): Relay {
  // So many sockets may be open, and as many event streams.
  const limit = 2 * config.MAX_CONNECTIONS;
  const traffic = new RelayedTraffic(limit, (address) => sessions.livesAt(address), clock);
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: config.UPSTREAM_TOTAL_TIMEOUT_MS + REPLY_MARGIN_MS,
    // Event streams are the longest replies, and they beat.
    bodyTimeout: 3 * config.HEARTBEAT_SECONDS * 1000,
  });

  const ask = (
    address: string,
    { raw, body, headers }: FastifyRequest,
    pass: string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> =>
    agent.request({
      origin: address,
      path: raw.url ?? "/",
      method: raw.method ?? "GET",
      headers: { ...pick(headers, REQUEST_HEADERS), [RELAY_HEADER]: pass },
      body: bodyOf(body),
      signal,
    });

  return {
    async answer(address, request, credential, reply) {
      const cut = traffic.begin(address);
      reply.raw.once("close", () => cut.abort());
      if (reply.raw.destroyed) cut.abort();
      const pass = await passes.issue(credential, address);
      const response = await ask(address, request, pass, cut.signal).catch(busy);
      void reply.code(response.statusCode).headers(pick(response.headers, REPLY_HEADERS));
      if (response.headers["content-length"] === "0" || response.statusCode === 204) {
        await response.body.dump();
        return reply.send();
      }
      return reply.send(response.body);
    },

    async connect(address, credential, { onMessage, onClose }, departure) {
      const cut = traffic.begin(address);
      const leave = (): void => cut.abort();
      departure.addEventListener("abort", leave, { once: true });
      if (departure.aborted) leave();
      const pass = await passes.issue(credential, address);
      const listener: LineListener = {
        onMessage,
        onClose(code) {
          leave();
          onClose(code);
        },
      };
      return OwnerLine.open(address, pass, listener, cut.signal).catch((error: unknown) => {
        leave();
        return busy(error);
      });
    },

    async redeem(pass) {
      if (typeof pass !== "string" || sessions.address === null) throw new ProxyError("UNAUTHENTICATED");
      return passes.redeem(pass, sessions.address);
    },

    async close() {
      traffic.close();
      await agent.destroy();
    },
  };
}

/** What is not JSON was left as it came. */
function bodyOf(body: unknown): string | Buffer | null {
  if (body === undefined) return null;
  return Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function pick(headers: Headers, names: readonly string[]): Record<string, string | string[]> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const])),
  );
}

/** The other machine may be dead: then its sessions are taken over soon. */
function busy(cause: unknown): never {
  throw lostElsewhere(cause);
}
