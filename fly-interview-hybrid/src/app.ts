import { resolve } from "node:path";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import websocket from "@fastify/websocket";
import { MAX_MESSAGE_BYTES } from "@interview-proxy/protocol";
import { type FastifyInstance, fastify } from "fastify";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { createAuthenticate } from "./auth/authenticate.ts";
import { BEARER_SUBPROTOCOL } from "./auth/credentials.ts";
import { createOriginCheck } from "./auth/origins.ts";
import { openRelayPasses } from "./auth/relay-passes.ts";
import { openTickets } from "./auth/tickets.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { openRateLimits } from "./coordination/registry.ts";
import { addApiRoutes } from "./doors/http/api.ts";
import { answerErrors, refuseBadUrl } from "./doors/http/errors.ts";
import { addHealthRoutes } from "./doors/http/health.ts";
import { acceptJsonBodies } from "./doors/http/json-body.ts";
import { addPageAndSockets } from "./doors/http/page.ts";
import type { DoorNeeds } from "./doors/needs.ts";
import { createRelay } from "./doors/relay/relay.ts";
import { createSocketDoor } from "./doors/ws/door.ts";
import { newRequestId } from "./ids.ts";
import type { Logger } from "./ops/log.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { openRecords } from "./records/registry.ts";
import { createSessions } from "./sessions/sessions.ts";
import { openSigner } from "./transcripts/signer.ts";
import { createTranscripts } from "./transcripts/transcripts.ts";
import { openUpstreams } from "./upstreams/registry.ts";

export interface AppNeeds {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** For key sets of token issuers. */
  readonly fetch: typeof fetch;
  /** Starts the simulator where the settings ask for one. */
  readonly startSimulator: (options: SimulatorOptions) => Promise<Simulator>;
}

export interface App {
  readonly server: FastifyInstance;
  /** Base URL of the simulator, where one runs. */
  readonly simulatorUrl: string | undefined;
  /** Begins to listen; returns the port. */
  listen(): Promise<number>;
  /** Ends every session, hangs up every call and lets go of everything. Doing it twice does no harm. */
  close(): Promise<void>;
}

/** Frames beyond this are not read at all; messages between this and the protocol's limit get their error. */
const MAX_FRAME_BYTES = 1024 * 1024;

/** Where the page is built to. */
const PAGE_DIRECTORY = resolve(PROXY_DIRECTORY, "../web/dist");

/** Puts the proxy together. The only place that names concrete adapters. */
export async function buildApp({ config, log, clock, fetch, startSimulator }: AppNeeds): Promise<App> {
  const records = await openRecords(config.DATABASE_URL, clock);
  const budget = {
    arrival: config.CONNECTIONS_PER_MINUTE,
    offer: config.OFFERS_PER_MINUTE,
    call: config.CALLS_PER_MINUTE,
  };
  const rateLimits = await openRateLimits({ budget, log }, config.REDIS_URL);
  const upstreams = await openUpstreams({ config, clock, startSimulator });
  const transcripts = createTranscripts({ records, signer: await openSigner(config, records), clock, log });
  const sessions = createSessions({
    config,
    clock,
    log,
    records,
    rateLimits,
    transcripts,
    upstreamFor: upstreams.forTenant,
    upstreamNamed: upstreams.named,
  });
  await sessions.takeOver();

  const tickets = await openTickets(records, clock);
  let draining = false;
  const server = createServer(config, log);
  const relay = createRelay({ config, clock, sessions, passes: await openRelayPasses(records, clock) });
  const doors: DoorNeeds = {
    config,
    clock,
    log,
    rateLimits,
    relay,
    sessions,
    tickets,
    authenticate: createAuthenticate({
      config,
      clock,
      fetch,
      tickets,
      spendTicket: (id, expiresAt) => records.spendTicket(id, expiresAt),
    }),
    isOriginAllowed: createOriginCheck(config),
  };
  await addDoors(server, doors, { isDraining: () => draining, checkRecords: () => records.check() });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    draining = true;
    await sessions.handOver().catch((error: unknown) => log.error({ err: error }, "sessions could not be handed over"));
    // Each step is taken whatever became of the one before it.
    for (const step of [sessions, transcripts, server, relay, upstreams, rateLimits, records]) {
      await step.close().catch((error: unknown) => log.error({ err: error }, "could not be closed cleanly"));
    }
  };
  return {
    server,
    simulatorUrl: upstreams.simulatorUrl,
    async listen() {
      await server.listen({ host: config.HOST, port: config.PORT });
      const address = server.server.address();
      const port = typeof address === "object" && address !== null ? address.port : config.PORT;
      if (config.INTERNAL_HOST !== undefined) sessions.announce(`http://${config.INTERNAL_HOST}:${port}`);
      return port;
    },
    close: () => (closing ??= close()),
  };
}

function createServer(config: Config, log: Logger): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_MESSAGE_BYTES,
    trustProxy: (_address, hop) => hop < config.TRUST_PROXY,
    genReqId: newRequestId,
    // A client may not choose the id under which its request is logged.
    requestIdHeader: false,
    // Slow clients hold a connection no longer than this, in milliseconds.
    requestTimeout: 30_000,
    forceCloseConnections: true,
    frameworkErrors: refuseBadUrl,
  });
  server.addHook("onRequest", async (request, reply) => void reply.header("x-request-id", request.id));
  server.addHook("onResponse", async (request, reply) => {
    // The route's pattern, never the URL: a query may carry a token.
    const route = request.routeOptions.url;
    log.debug({ requestId: request.id, method: request.method, route, status: reply.statusCode }, "request answered");
  });
  return server;
}

async function addDoors(
  server: FastifyInstance,
  doors: DoorNeeds,
  checks: Parameters<typeof addHealthRoutes>[1],
): Promise<void> {
  acceptJsonBodies(server);
  answerErrors(server, doors.log);
  await server.register(helmet, { contentSecurityPolicy: { directives: PAGE_POLICY } });
  await server.register(cors, {
    delegator: (request, callback) => {
      callback(null, {
        origin: doors.isOriginAllowed(request.headers.origin, request.headers.host),
        methods: ["GET", "POST", "DELETE"],
        allowedHeaders: ["authorization", "content-type", "last-event-id", "x-openai-agents-sdk"],
        exposedHeaders: ["X-Request-Id", "Retry-After"],
        maxAge: 600,
      });
    },
  });
  await server.register(websocket, {
    // The door closes its sockets itself; the plugin would wait for clients that never answer.
    preClose: (done) => done(),
    options: {
      maxPayload: MAX_FRAME_BYTES,
      // Text that is not UTF-8 gets an error of the table instead of a closed socket.
      skipUTF8Validation: true,
      handleProtocols: (protocols: Set<string>) => (protocols.has(BEARER_SUBPROTOCOL) ? BEARER_SUBPROTOCOL : false),
    },
  });
  addHealthRoutes(server, checks);
  await addPageAndSockets(server, PAGE_DIRECTORY, createSocketDoor(server, doors));
  await server.register(async (api) => addApiRoutes(api, doors), { prefix: "/api" });
}

/** The page loads nothing from elsewhere; it may connect to any server, because its user may name one. */
const PAGE_POLICY = {
  defaultSrc: ["'self'"],
  connectSrc: ["'self'", "ws:", "wss:", "http:", "https:"],
  mediaSrc: ["'self'", "blob:", "mediastream:"],
  imgSrc: ["'self'", "data:"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // Helmet's default would turn the page's own http:// addresses into https:// ones on a local machine.
  upgradeInsecureRequests: null,
};
