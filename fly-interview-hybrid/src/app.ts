import { resolve } from "node:path";
import cors from "@fastify/cors";
import { MAX_MESSAGE_BYTES, MAX_PERSON_CHARACTERS } from "@interview-proxy/protocol";
import { type FastifyInstance, fastify } from "fastify";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { observeParts } from "./app-metrics.ts";
import { createAuthenticate } from "./auth/authenticate.ts";
import { openInvitationTexts } from "./auth/invitation-texts.ts";
import { createOriginChecks } from "./auth/origins.ts";
import { openOperatorSignIns } from "./auth/operator-sign-ins.ts";
import { openRelayPasses } from "./auth/relay-passes.ts";
import { openTickets } from "./auth/tickets.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { openRateLimits } from "./coordination/registry.ts";
import { timedRateLimits } from "./coordination/timed-rate-limits.ts";
import { noteAnswer, trustProxies } from "./doors/arrival.ts";
import { takeClientAddresses } from "./doors/client-address.ts";
import { addApiRoutes } from "./doors/http/api.ts";
import { answerErrors, refuseBadUrl, refuseWhileClosing } from "./doors/http/errors.ts";
import { addHealthRoutes, type ReadinessChecks } from "./doors/http/health.ts";
import { acceptJsonBodies } from "./doors/http/json-body.ts";
import { addMetricsRoute, createMetricsServer } from "./doors/http/metrics.ts";
import { addPages } from "./doors/http/page.ts";
import { RepeatedRefusals } from "./doors/http/repeated-refusals.ts";
import { sendSecurityHeaders } from "./doors/http/security-headers.ts";
import { refuseUnreadable } from "./doors/http/unreadable-requests.ts";
import { WITHOUT_SCHEMAS } from "./doors/http/without-schemas.ts";
import type { DoorNeeds } from "./doors/needs.ts";
import { SESSION_HEADERS } from "./doors/openai/headers.ts";
import { addOpenAiRoutes } from "./doors/openai/routes.ts";
import { noteDeclaredRoutes } from "./doors/reference/declared-routes.ts";
import { createRelay } from "./doors/relay/relay.ts";
import { acceptUpgrades } from "./doors/upgrades.ts";
import { openSocketDoor } from "./doors/ws/door.ts";
import { newRequestId } from "./ids.ts";
import type { Logger } from "./ops/log.ts";
import { ConnectWatch } from "./ops/connect-watch.ts";
import { Metrics } from "./ops/metrics.ts";
import { type Snapshot, takeSnapshot } from "./ops/snapshot.ts";
import { watchTroubles } from "./ops/troubles.ts";
import { openTracing, type Tracing } from "./ops/tracing.ts";
import { UpstreamContacts } from "./ops/upstream-contacts.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { isDiskFull } from "./records/observed-queries.ts";
import { queueWrites } from "./records/queued-records.ts";
import { openRecords, openSpoolFor } from "./records/registry.ts";
import { WriteQueue, type WriteOutcome } from "./records/write-queue.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createOperatorFeeds } from "./sessions/watching/operator-feeds.ts";
import { createOverview } from "./sessions/watching/overview.ts";
import { createAdministration } from "./tenants/administration.ts";
import { SealedSecrets } from "./tenants/sealed-secrets.ts";
import { credentialsOf } from "./tenants/tenant.ts";
import { openTenants } from "./tenants/tenants.ts";
import { openSigner } from "./transcripts/signer.ts";
import { createTranscripts } from "./transcripts/transcripts.ts";
import { openUpstreams } from "./upstreams/registry.ts";
import { createDeadLetters } from "./webhooks/dead-letters.ts";
import { allEndpoints, endpointsOfTenants, openWebhooks } from "./webhooks/webhooks.ts";

export interface AppNeeds {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** For key sets of token issuers. */
  readonly fetch: typeof fetch;
  /** Starts the simulator where the settings ask for one. */
  readonly startSimulator: (options: SimulatorOptions) => Promise<Simulator>;
  /** Where traces go, in place of where the settings say. It is closed with the app. */
  readonly tracing?: Tracing;
}

export interface App {
  readonly server: FastifyInstance;
  /** Base URL of the simulator, where one runs. */
  readonly simulatorUrl: string | undefined;
  /** How this process stands, for its operators. */
  snapshot(): Promise<Snapshot>;
  /** Begins to listen; returns the port. */
  listen(): Promise<number>;
  /** Hands every session over, leaves it to the next process or ends it, and lets go of everything. Doing it twice does no harm. */
  close(): Promise<void>;
}

/** Of operators, by address: a sign-in lasts for hours, so more are guesses. */
const LOGINS_PER_MINUTE = 20;

/** Where the page is built to. */
const PAGE_DIRECTORY = resolve(PROXY_DIRECTORY, "../web/dist");

/** Puts the proxy together. The only place that names concrete adapters. */
export async function buildApp(needs: AppNeeds): Promise<App> {
  const { config, log, clock, fetch, startSimulator } = needs;
  const metrics = new Metrics();
  const contacts = new UpstreamContacts(clock);
  const tracing = needs.tracing ?? (await openTracing(config, log));
  const store = await openRecords(
    config.DATABASE_URL,
    clock,
    endpointsOfTenants(() => tenants),
    (query) => metrics.query(query),
  );
  const spool = await openSpoolFor(config.DATABASE_URL, config.SPOOL_FOLDER, log);
  const onOutcome = (kind: string, outcome: WriteOutcome): void => metrics.writes.inc({ kind, outcome });
  const onSpoolFailure = (cause: unknown): void => {
    if (isDiskFull(cause)) metrics.diskFull.inc({ store: "spool" });
  };
  const queue = new WriteQueue({ spool, clock, log, onOutcome, onSpoolFailure });
  const records = queueWrites(store, queue, (state) => metrics.calls.inc({ state }));
  const seals = new SealedSecrets(config.TENANTS_MASTER_KEY ?? []);
  const tenants = await openTenants({ config, clock, log, records: store, seals }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const budget = {
    arrival: config.CONNECTIONS_PER_MINUTE,
    offer: config.OFFERS_PER_MINUTE,
    call: config.CALLS_PER_MINUTE,
    say: config.ANSWERS_PER_MINUTE,
    login: LOGINS_PER_MINUTE,
    tenant: config.TENANT_REQUESTS_PER_SECOND,
  };
  const counters = await openRateLimits({ budget, log }, config.REDIS_URL);
  const rateLimits = timedRateLimits(counters, (seconds) => {
    if (config.REDIS_URL !== undefined) metrics.storeSeconds.observe({ store: "redis", operation: "write" }, seconds);
  });
  const observation = { metrics, contacts };
  const upstreams = await openUpstreams({ config, clock, startSimulator, tenantOf: tenants.of, observation });
  const signer = await openSigner(config, records);
  const transcripts = createTranscripts({ records, queue, signer, clock, log });
  const sessions = createSessions({
    config,
    clock,
    log,
    metrics,
    records,
    rateLimits,
    transcripts,
    upstreamFor: upstreams.forTenant,
    upstreamNamed: upstreams.named,
    tenantOf: tenants.of,
    allTenants: tenants.every,
  });
  // What a process before this one could not write has to be there when its sessions are taken over.
  await queue.drain();
  await sessions.takeOver();
  const webhooks = openWebhooks({ config, clock, log, metrics, records, endpoints: () => allEndpoints(tenants) });

  const tickets = await openTickets(records, clock);
  const isActive = (tenant: string): boolean => tenants.of(tenant).isActive;
  const signIns = await openOperatorSignIns({
    records,
    clock,
    isActive,
    credentialsOf: (id) => credentialsOf(tenants.of(id)),
  });
  let draining = false;
  const server = createServer(config, log, new RepeatedRefusals({ clock, metrics }));
  const relay = createRelay({ config, clock, sessions, passes: await openRelayPasses(records, clock) });
  const origins = createOriginChecks(tenants, config);
  const snapshot = (): Promise<Snapshot> => takeSnapshot(metrics, contacts, clock.now());
  const troubles = watchTroubles((name) => metrics.read(name), clock);
  const overview = createOverview({ clock, metrics, records, tenantOf: tenants.of, troubles, snapshot });
  const operatorFeeds = createOperatorFeeds({
    clock,
    log,
    records,
    running: () => sessions.running(),
    isActive,
    overview,
  });
  tenants.watch(() => {
    sessions.endDisabled();
    operatorFeeds.endDisabled();
    webhooks.adjust();
  });
  const watching = { log, metrics, tracing };
  const doors: DoorNeeds = {
    config,
    clock,
    log,
    metrics,
    watchConnect: (begin) => new ConnectWatch(watching, begin),
    rateLimits,
    relay,
    sessions,
    operatorFeeds,
    tickets,
    signIns,
    invitationTexts: await openInvitationTexts(records),
    deadLetters: createDeadLetters(records, clock),
    authenticate: createAuthenticate({
      config,
      clock,
      fetch,
      tickets,
      tenants,
      spendTicket: (id, expiresAt) => records.spendTicket(id, expiresAt),
    }),
    isOriginAllowed: origins.byAnybody,
    isOriginOfTenant: origins.byTenant,
    tenants,
    administration: createAdministration({ config, clock, records, tenants, seals }),
  };
  const checks = {
    clock,
    isDraining: () => draining,
    checkRecords: () => store.check(),
    redis: () => rateLimits.reach(),
  };
  await addDoors(server, doors, checks);
  observeParts(metrics, { config, clock, sessions, queue, webhooks, contacts, checks });
  if (config.METRICS_PORT === undefined) addMetricsRoute(server, metrics);
  const metricsServer = config.METRICS_PORT === undefined ? undefined : createMetricsServer(metrics);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    draining = true;
    await sessions.handOver().catch((error: unknown) => log.error({ err: error }, "sessions could not be handed over"));
    // Each step is taken whatever became of the one before it.
    const parts = [
      tenants,
      signIns,
      operatorFeeds,
      troubles,
      sessions,
      transcripts,
      server,
      metricsServer,
      relay,
      upstreams,
      rateLimits,
      webhooks,
      records,
      tracing,
      metrics,
    ];
    for (const step of parts) {
      await step?.close().catch((error: unknown) => log.error({ err: error }, "could not be closed cleanly"));
    }
  };
  return {
    server,
    simulatorUrl: upstreams.simulatorUrl,
    snapshot,
    async listen() {
      await server.listen({ host: config.HOST, port: config.PORT });
      await metricsServer?.listen({ host: config.HOST, port: config.METRICS_PORT ?? 0 });
      const address = server.server.address();
      const port = typeof address === "object" && address !== null ? address.port : config.PORT;
      if (config.INTERNAL_HOST !== undefined) sessions.announce(`http://${config.INTERNAL_HOST}:${port}`);
      return port;
    },
    close: () => (closing ??= close()),
  };
}

function createServer(config: Config, log: Logger, refusals: RepeatedRefusals): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_MESSAGE_BYTES,
    // A path may name a person, as a token's `sub` does.
    routerOptions: { maxParamLength: MAX_PERSON_CHARACTERS },
    trustProxy: trustProxies(config),
    genReqId: newRequestId,
    // A client may not choose the id under which its request is logged.
    requestIdHeader: false,
    // Slow clients hold a connection no longer than this, in milliseconds: with a whole request, and with its head, before
    // which nobody knows who they are and nothing counts them.
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
    forceCloseConnections: true,
    // Its refusal would have a form of its own; see refuseWhileClosing.
    return503OnClosing: false,
    frameworkErrors: refuseBadUrl,
    clientErrorHandler: refuseUnreadable,
    schemaController: WITHOUT_SCHEMAS,
  });
  // Node would refuse what it does not expect by itself, past our headers and the table.
  server.server.on("checkExpectation", (request, response) => server.routing(request, response));
  server.decorate("repeatedRefusals", refusals);
  server.decorateRequest("counted", undefined);
  server.decorateRequest("connect", undefined);
  takeClientAddresses(server, config);
  // Before anything else that a request costs.
  server.addHook("onRequest", (request, reply, done) => {
    if (refusals.answer(request, reply.raw)) reply.hijack();
    else done();
  });
  server.addHook("onRequest", async (request, reply) => void reply.header("x-request-id", request.id));
  server.addHook("onResponse", async (request, reply) => noteAnswer(log, request, reply.statusCode));
  return server;
}

async function addDoors(server: FastifyInstance, doors: DoorNeeds, checks: ReadinessChecks): Promise<void> {
  const declared = noteDeclaredRoutes(server);
  acceptJsonBodies(server);
  answerErrors(server, doors.log);
  sendSecurityHeaders(server);
  await server.register(cors, {
    delegator: (request, callback) => {
      callback(null, {
        origin: doors.isOriginAllowed(request.headers.origin, request.headers.host),
        methods: ["GET", "POST", "PATCH", "DELETE"],
        allowedHeaders: ["authorization", "content-type", "last-event-id", "traceparent", "x-openai-agents-sdk"],
        exposedHeaders: ["X-Request-Id", "Retry-After", "Location", ...SESSION_HEADERS],
        maxAge: 600,
        // Any other OPTIONS is a method that is not there; the plugin's own refusal of it has another form.
        preflight: request.headers.origin !== undefined && "access-control-request-method" in request.headers,
      });
    },
  });
  refuseWhileClosing(server);
  const upgrades = acceptUpgrades(server, doors);
  addHealthRoutes(server, checks);
  openSocketDoor(upgrades, server.repeatedRefusals, doors);
  await addPages(server, PAGE_DIRECTORY);
  await server.register(async (api) => addApiRoutes(api, doors, declared), { prefix: "/api" });
  await server.register(async (v1) => addOpenAiRoutes(v1, doors, upgrades), { prefix: "/v1" });
}
