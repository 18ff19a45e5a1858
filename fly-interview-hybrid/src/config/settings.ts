import { iceServerSchema } from "@interview-proxy/protocol";
import * as z from "zod/mini";
import { pricesSchema } from "./prices.ts";
import {
  amount,
  choice,
  choices,
  flag,
  headerName,
  httpUrl,
  httpUrls,
  integer,
  integers,
  json,
  list,
  masterKeys,
  origins,
  redisUrl,
  signingKey,
  text,
  webhookSecrets,
} from "./setting-kinds.ts";

/** Every environment variable that the proxy reads. The settings reference in `docs/` is generated from this table. */
export const settings = {
  PORT: integer(0, 65_535, { default: "8080", description: "Listening port; 0 takes any free one." }),
  HOST: text(1, { default: "0.0.0.0", description: "Listening address." }),
  INTERNAL_HOST: text(1, {
    default: undefined,
    description:
      "Host at which the other machines on the same records reach this one, on the same port: a name, an IPv4 address, or an IPv6 address in brackets. Only machines of one Postgres need it.",
  }),
  FLY_REPLAY: flag({
    default: "false",
    description:
      "true: behind Fly's proxy, which brings sockets and event streams to the machine that runs their session. Needs an INTERNAL_HOST of the form `<machine id>.vm.<app>.internal`, as the image sets it on Fly.",
  }),
  PUBLIC_URL: httpUrl({
    default: undefined,
    description:
      "Address at which browsers reach this server, as `POST /api/sessions` hands it out. Where unset, the address to which that request came.",
  }),
  NODE_ENV: choice(["production", "development", "test"], {
    default: "development",
    description:
      "In production the server refuses to start without JWT_SECRET or JWT_JWKS_URL, and allows no origin by default.",
  }),
  LOG_LEVEL: choice(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
    default: "info",
    description: "Lowest level that is logged.",
  }),
  OPENAI_API_KEY: text(1, {
    default: undefined,
    description: "Project key of the voice service. Required unless SIMULATION_MODE is true. Never leaves the server.",
  }),
  SIDEBAND_API_KEY: text(1, {
    default: undefined,
    description:
      "Key that opens the sideband of a call. OPENAI_API_KEY where unset, which is right for OpenAI: it knows a call by its project, and takes no short-lived key. Never leaves the server.",
  }),
  OPENAI_BASE_URL: httpUrl({
    default: "https://api.openai.com/v1",
    description: "Any server with the surface of OpenAI's API.",
  }),
  UPSTREAM_AUTH: choice(["bearer", "api-key"], {
    default: "bearer",
    description:
      "How keys are sent to the voice service: bearer: as `Authorization: Bearer`, which both OpenAI and Azure take; api-key: in the header `api-key`, for keys of an Azure resource.",
  }),
  CALL_CREATION: choice(["multipart", "client_secret"], {
    default: "multipart",
    description:
      "How a Realtime call is made. multipart: in one request, with the project key; client_secret: a short-lived key is made first, and the offer sent with it, as Azure demands.",
  }),
  LIVE_DELEGATION_MODEL: text(1, {
    default: "gpt-5.4-mini",
    description:
      "With VOICE_API=live, model that uses the interviewer's tools in its place; on Azure the name of its deployment.",
  }),
  LIVE_NEEDS_DATA_CHANNEL: flag({
    default: "true",
    description:
      "With VOICE_API=live, whether pages are told that their offer must carry a data channel. That the Live API takes an offer without one is not documented. Nothing passes through the channel of a sealed call.",
  }),
  LIVE_REVEAL_SESSION: flag({
    default: "false",
    description:
      "With VOICE_API=live and DATA_CHANNEL=open: true lets `session.started`, `session.updated` and `session.closed` pass to the page, for clients that wait for them. They carry the instructions, the tools and what was said in earlier calls, which the page can read then.",
  }),
  LIVE_LEAVES_OUT: choices(["client", "safety_identifier", "store"], {
    default: undefined,
    description:
      "With VOICE_API=live, fields of a new session that are not sent, separated by commas, for services that refuse what they do not know: `client`, `safety_identifier`, `store`. Without `client` nothing limits a data channel, so that it needs DATA_CHANNEL=sealed and LIVE_NEEDS_DATA_CHANNEL=false.",
  }),
  SIMULATION_MODE: flag({
    default: "false",
    description:
      "true: no key is needed, and every call goes to the simulator that the proxy starts on a loopback port.",
  }),
  ALLOW_SIMULATION: flag({
    default: "false",
    description: "true: `?simulation=true` is honoured beside real calls; such sessions reach only the simulator.",
  }),
  VOICE_API: choice(["realtime", "live"], {
    default: "realtime",
    description: "API of the voice service in which interviews are held; simulated ones too.",
  }),
  VOICE_MODEL: text(1, {
    default: undefined,
    description:
      "Model of the interviewer; on Azure the name of its deployment. Where unset, `gpt-realtime-2.1`, or `gpt-live-1` with VOICE_API=live.",
  }),
  VOICE: text(1, { default: "marin", description: "Voice of the default persona, `interviewer`." }),
  TRANSCRIPTION_MODEL: text(1, {
    default: "gpt-realtime-whisper",
    description: "Model that writes down what the candidate says.",
  }),
  INTERVIEW_INSTRUCTIONS: text(1, {
    default:
      "You are a calm, friendly job interviewer. Greet the candidate in one sentence, then ask one question at a time, listen to the whole answer, and go on. Ask five questions, then thank the candidate and say goodbye.",
    description: "What the interviewer is told. Never reaches a browser or a log.",
  }),
  ICE_SERVERS: json(z.array(iceServerSchema), "a JSON list of ICE servers, each with `urls`", {
    default: undefined,
    description: "ICE servers handed to browsers, as JSON.",
  }),
  TURN_URLS: list({ default: undefined, description: "TURN servers, separated by commas. Needs TURN_SECRET." }),
  TURN_SECRET: text(8, {
    default: undefined,
    description: "Shared secret of the TURN servers, from which time-limited credentials are made.",
  }),
  JWT_SECRET: text(32, { default: undefined, description: "Secret of HS256 tokens." }),
  JWT_JWKS_URL: httpUrl({ default: undefined, description: "Key set of asymmetrically signed tokens." }),
  JWT_ISSUER: text(1, { default: undefined, description: "Where set, tokens must have this `iss`." }),
  JWT_AUDIENCE: text(1, { default: undefined, description: "Where set, tokens must have this `aud`." }),
  SERVICE_TOKEN: text(32, {
    default: undefined,
    description:
      "Bearer token with which the platform's backend acts for the default tenant, as below `/api/sessions`.",
  }),
  ADMIN_TOKEN: text(32, {
    default: undefined,
    description:
      "Bearer token with which tenants are administered, below `/api/tenants` and `/api/audit`. A JWT of the environment's issuer with scope `admin` does as well.",
  }),
  TENANTS_MASTER_KEY: masterKeys({
    default: undefined,
    description:
      "Key that seals what tenants keep secret, under a name, such as `2026a:` and the output of `openssl rand -base64 32`. While it changes, the new one and behind it the old one. Without it there are no tenants but the default one. Never logged.",
  }),
  SAFETY_IDENTIFIER_KEY: text(16, {
    default: undefined,
    description: "Key of the hash that names a person to the voice service. Derived from OPENAI_API_KEY where unset.",
  }),
  ALLOWED_ORIGINS: origins({
    default: undefined,
    description:
      "Origins of pages that may connect, separated by commas; `*` stands for any port or one host label. Outside production `http://localhost:*` where unset. The server's own page may always.",
  }),
  TRUST_PROXY: integer(0, 8, {
    default: "0",
    description: "How many reverse proxies stand in front; as many entries of X-Forwarded-For are believed.",
  }),
  CLIENT_ADDRESS_HEADER: headerName({
    default: undefined,
    description:
      "Header into which the reverse proxy in front writes the client's address, in place of whatever the client has written there: `fly-client-ip` on Fly. Believed before X-Forwarded-For, and only together with TRUST_PROXY.",
  }),
  DATABASE_URL: text(1, {
    default: "file:./data/proxy.db",
    description:
      "Records: `file:PATH` (SQLite, relative to the proxy's folder), `file::memory:`, or `postgres://…` with an `sslmode`. One process at a time may use a file, any number one Postgres. Never logged.",
  }),
  REDIS_URL: redisUrl({
    default: undefined,
    description:
      "Redis or Valkey that counts requests, offers and calls: `redis://…`, or `rediss://…` over TLS. Where unset, or out of reach, the process counts by itself. Never logged.",
  }),
  SPOOL_FOLDER: text(1, {
    default: "./data/spool",
    description:
      "Folder, relative to the proxy's, for what Postgres does not take at the moment: transcripts among it, until they are written. Each machine needs its own.",
  }),
  METRICS_PORT: integer(1, 65_535, {
    default: undefined,
    description:
      "Port on which `/metrics` is served, for a private network. Where unset, it is on PORT, for loopback addresses only.",
  }),
  CANARY_RECORD: text(1, {
    default: "./data/canary.json",
    description:
      "Record, relative to the proxy's folder, that `npm run canary` leaves: what came of it, and when, is among the metrics.",
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl({
    default: undefined,
    description:
      "Collector of traces, by OTLP over HTTP. Where neither this nor the next is set there are no traces, and they cost nothing. OpenTelemetry's other standard variables count too, such as `OTEL_SERVICE_NAME` and `OTEL_TRACES_SAMPLER`.",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl({
    default: undefined,
    description: "The same, for traces alone: the whole address, path and all.",
  }),
  OTEL_SDK_DISABLED: flag({ default: "false", description: "true: no traces, whatever else is set." }),
  TRACE_UPSTREAM: flag({
    default: "false",
    description:
      "true: the voice service is told by the header `traceparent` of which trace a new call is a part. OpenAI documents no such header; a gateway in between may know it. The simulator is always told.",
  }),
  TRANSCRIPT_SIGNING_KEY: signingKey({
    default: undefined,
    description: "Key that signs transcripts. Where unset, one is made at the first start and kept in the records.",
  }),
  WEBHOOK_URLS: httpUrls({
    default: undefined,
    description:
      "Where the platform is told what happens to sessions of the default tenant, separated by commas: HTTPS, at public addresses. Needs WEBHOOK_SECRET. Never logged.",
  }),
  WEBHOOK_SECRET: webhookSecrets({
    default: undefined,
    description:
      "Secret that signs webhooks. While it changes, the new one and the old one: each webhook has a signature by each.",
  }),
  WEBHOOK_PRIVATE_ADDRESSES: flag({
    default: "false",
    description:
      "true: webhooks may go to loopback and private addresses, and over plain HTTP, as in development and tests.",
  }),
  DATA_CHANNEL: choice(["sealed", "open"], {
    default: "sealed",
    description:
      "sealed: nothing passes through a data channel, and on Realtime no call has one. open: a page may bring one, for clients that need it. On Realtime whoever has it can read the instructions, and what it changes is undone; on Live it shows captions and the like, and can mute.",
  }),
  CLIENT_SESSION: choice(["ignored", "voice", "full"], {
    default: "ignored",
    description:
      "What the `session` that a caller of the routes below `/v1` sends may settle of a new interview. ignored: nothing. voice: voice and language. full: these, and the instructions where the caller has the scope `operate`. Model and tools are always the server's.",
  }),
  POLICY_VIOLATIONS: integer(0, 100, {
    default: "2",
    description:
      "With DATA_CHANNEL=open, so many attempts of a page to change the interviewer end its session; 0: none does.",
  }),
  MAX_SESSION_SECONDS: integer(10, 86_400, { default: "3600", description: "Longest session, in seconds." }),
  WARN_AT_SECONDS: integers(1, 86_400, {
    default: "300,60",
    description: "Seconds before the end of a session at which candidate and interviewer are told.",
  }),
  CLOSING_SECONDS: integer(1, 60, {
    default: "12",
    description:
      "How long before the end of a session, or after its budget is used up, the interviewer may say goodbye.",
  }),
  START_WITHIN_SECONDS: integer(60, 2_592_000, {
    default: "86400",
    description: "A session that the platform has created, and that nobody starts, ends after this.",
  }),
  INVITATION_SECONDS: integer(60, 7_776_000, {
    default: "604800",
    description: "An invitation that does not say when it expires does so after this.",
  }),
  INVITATION_ATTEMPTS: integer(1, 10_000, {
    default: "100",
    description: "How often one invitation may be presented in all.",
  }),
  INVITATION_URL: httpUrl({
    default: undefined,
    description:
      "Page that redeems an invitation, which is added as `?invitation=`. Where unset, `/interview` at PUBLIC_URL; without either, invitations have no link.",
  }),
  RETENTION_DAYS: integer(1, 36_500, {
    default: undefined,
    description:
      "So long after its end the words of a session are kept, and those of an invitation after it expired; numbers, times and hashes stay. Where unset, words are kept.",
  }),
  MAX_SESSIONS: integer(1, 1_000_000, { default: "1000", description: "Sessions of one tenant that may run at once." }),
  MAX_SESSIONS_PER_PERSON: integer(1, 1_000_000, {
    default: "10",
    description: "Sessions of one person that may run at once.",
  }),
  BUDGET_TOKENS: integer(1, 999_999_999_999, {
    default: undefined,
    description: "Most tokens one session may use; those read from a cache count too.",
  }),
  BUDGET_SECONDS: integer(1, 86_400, {
    default: undefined,
    description: "Most seconds that the calls of one session may last together.",
  }),
  BUDGET_MONEY: amount({
    default: undefined,
    description: "Most that one session may cost, in the currency of PRICES, without which nothing costs anything.",
  }),
  PRICES: json(
    pricesSchema,
    'JSON of prices by model, such as {"gpt-realtime-2.1":{"textInput":4,"audioInput":32,"audioOutput":64},"gpt-realtime-whisper":{"minute":0.006}}',
    {
      default: undefined,
      description:
        "Prices of a million tokens (`textInput`, `audioInput`, `cachedTextInput`, `cachedAudioInput`, `textOutput`, `audioOutput`, `tokens`) and of a `minute`, by model.",
    },
  ),
  IDLE_SECONDS: integer(1, 3600, {
    default: "60",
    description: "A session in which nobody is present ends after this.",
  }),
  DRAIN_SECONDS: integer(0, 15, {
    default: "10",
    description: "When one of several machines is told to stop, it hands its sessions over within about this time.",
  }),
  SESSIONS_ON_STOP: choice(["end", "keep"], {
    default: "end",
    description:
      "What becomes of running sessions when the process is told to stop and no other machine is there: end: they end, and their calls are hung up; keep: they are left, calls and all, to the next process, which has to be there within seconds.",
  }),
  INTERRUPTION_SECONDS: integer(1, 3600, {
    default: "300",
    description: "A session whose call is gone, and for which no other call is made, ends after this.",
  }),
  INTERRUPTION_CLOCK: choice(["stopped", "running"], {
    default: "stopped",
    description:
      "stopped: the time of a session does not pass while it has lost its call; all interruptions together add at most INTERRUPTION_SECONDS to it. running: it passes.",
  }),
  CALL_LIMIT_SECONDS: integer(60, 86_400, {
    default: undefined,
    description:
      "By then the interview goes on in another call. Where unset, by when the voice service says that it ends the call; where it does not say, after an hour, or two with VOICE_API=live.",
  }),
  ROLLOVER_SECONDS: integer(30, 3600, {
    default: "300",
    description:
      "So long before a call ends by itself, or before CALL_LIMIT_SECONDS, the server begins to look for a pause in which the interview can go on in another call.",
  }),
  MAX_CONNECTIONS: integer(1, 1_000_000, {
    default: "5000",
    description: "Most WebSockets open at once, and as many event streams.",
  }),
  HEARTBEAT_SECONDS: integer(1, 300, { default: "20", description: "How often a WebSocket must answer a ping frame." }),
  CONNECTIONS_PER_MINUTE: integer(1, 1_000_000, {
    default: "300",
    description:
      "WebSocket connections and HTTP requests per minute from one address (one /64 with IPv6), and from one person.",
  }),
  OFFERS_PER_MINUTE: integer(1, 1_000_000, {
    default: "120",
    description: "Offers, valid or not, that are judged per minute for one person.",
  }),
  TENANT_REQUESTS_PER_SECOND: integer(1, 1_000_000, {
    default: "200",
    description:
      "WebSocket connections and HTTP requests per second of all persons of one tenant together. The environment's own tenant is not counted so.",
  }),
  CALLS_PER_MINUTE: integer(1, 1_000_000, {
    default: "60",
    description: "Calls one person may start per minute; visitors by `?simulation=true` are counted by address.",
  }),
  PRECHECK_CALL: flag({
    default: "false",
    description:
      "true: before an interview a browser may try its way to the voice service with a call of 15 s in which nobody speaks. On Live each is billed; usage does not count them. Where calls go to the simulator, it may in any case.",
  }),
  ANSWERS_PER_MINUTE: integer(1, 1_000_000, {
    default: "20",
    description: "Answers one person may type per minute; the interviewer replies to each.",
  }),
  MESSAGES_PER_SECOND: integer(1, 100_000, {
    default: "50",
    description:
      "Messages per second on one WebSocket. All those of one address may send ten times as many together, and each of them five in any case.",
  }),
  UPSTREAM_CONNECT_TIMEOUT_MS: integer(1, 120_000, {
    default: "5000",
    description: "Longest wait for a connection to the voice service.",
  }),
  UPSTREAM_FIRST_BYTE_TIMEOUT_MS: integer(1, 120_000, {
    default: "10000",
    description: "Longest wait for the first byte of its answer.",
  }),
  UPSTREAM_TOTAL_TIMEOUT_MS: integer(1, 120_000, {
    default: "15000",
    description: "Longest wait for its whole answer.",
  }),
  UPSTREAM_LATE_READ_MS: integer(1, 600_000, {
    default: "60000",
    description: "How long an answer that nobody waits for is still read, so that its call can be hung up.",
  }),
} as const;
