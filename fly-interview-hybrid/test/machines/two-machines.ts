import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InterviewScript, Simulator, SimulatorOptions } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import { SERVICE } from "../doors/platform.ts";
import { type Said, saidIn } from "../doors/said-by-simulator.ts";
import type { SocketClient } from "../doors/socket-client.ts";
import { type ProxyUnderTest, startProxy, startTestSimulator } from "../doors/start-proxy.ts";
import { asOnRealtime } from "../doors/voice-api.ts";
import type { PostgresServer } from "../servers/postgres-server.ts";
import { type Relay, startRelay } from "../servers/relay.ts";
import { audioOffer } from "../sample-sdp.ts";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";

/** A database that machines share, and the provider of their calls. */
export interface SharedPlace {
  readonly simulator: Simulator;
  readonly databaseUrl: string;
  /** Starts a machine there. */
  start(settings?: Record<string, string>): Promise<ProxyUnderTest>;
  /** Starts one whose way to the database can be cut. */
  startBehindRelay(
    settings?: Record<string, string>,
  ): Promise<{ readonly machine: ProxyUnderTest; readonly relay: Relay }>;
}

/** Goes on for as long as a test: a line each second or so. */
const ENDLESS: InterviewScript = {
  turns: Array.from({ length: 200 }, (_, n) => ({
    interviewer: `Question ${n}, please?`,
    candidate: `Answer ${n}, thanks.`,
  })),
};

/** Five lines. */
export const SHORT: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines that calculate." },
    { interviewer: "Since when, and what was it that made you begin at all?", candidate: "A loom did." },
    { interviewer: "Any questions?", candidate: "None." },
    { interviewer: "Thank you. Goodbye." },
  ],
};
/** Faster than people speak; where turns are inferred from pauses, not so fast that there are none. */
const PACE: SimulatorOptions = asOnRealtime("where a turn begins and ends")
  ? { wordsPerSecond: 10 }
  : { wordsPerSecond: 5, thinksMs: 800 };

/** The call is all there is; who comes and goes is not what these tests are about. */
const SETTINGS = { SERVICE_TOKEN: SERVICE, LOG_LEVEL: "info", IDLE_SECONDS: "3600", MAX_SESSIONS_PER_PERSON: "1000" };

export async function openPlace(server: PostgresServer, options: SimulatorOptions = {}): Promise<SharedPlace> {
  const database = await server.createDatabase();
  const simulator = await startTestSimulator({ media: "none", ...PACE, script: ENDLESS, ...options });
  onTestFinished(() => simulator.close());
  const start = (settings: Record<string, string> = {}): Promise<ProxyUnderTest> => {
    const own = { DATABASE_URL: server.urlOf(database), SPOOL_FOLDER: makeSpoolFolder() };
    return startProxy({ provider: simulator, settings: { ...SETTINGS, ...own, ...settings } });
  };
  return {
    simulator,
    databaseUrl: server.urlOf(database),
    start,
    async startBehindRelay(settings = {}) {
      const relay = await startRelay(server.socket);
      onTestFinished(() => relay.close());
      const url = `postgres://proxy@127.0.0.1:${relay.port}/${database}`;
      return { machine: await start({ ...settings, DATABASE_URL: url }), relay };
    },
  };
}

/** For what a machine cannot write; gone when the test is over. */
export function makeSpoolFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "proxy-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** An interview, and its page's socket. */
export interface Interview {
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly socket: SocketClient;
  /** The provider's id of its call. */
  readonly callId: string;
}

/** What a machine says of a session to the platform. */
export async function statusOf(machine: ProxyUnderTest, sessionId: string): Promise<string> {
  const headers = { authorization: `Bearer ${SERVICE}` };
  const { json } = await machine.fetch(`/api/sessions/${sessionId}`, { headers });
  return (json as { status: string }).status;
}

/** Begins an interview as a page does; one after the other, so that the newest call is its own. */
export async function begin(machine: ProxyUnderTest, person: string): Promise<Interview> {
  const socket = await machine.connectAs(person);
  socket.send({ type: "init" });
  const { sessionId, resumeToken } = await socket.next("initialized");
  socket.send({ type: "sdp_offer", offer: audioOffer });
  await socket.next("sdp_answer");
  return { sessionId, resumeToken, socket, callId: machine.simulator.liveCalls().at(-1)?.id ?? "" };
}

/** Comes back as a page does: again and again, while it is told that this may help. */
export async function comeBack(
  machine: ProxyUnderTest,
  { sessionId, resumeToken, callId = "" }: Pick<Interview, "sessionId" | "resumeToken"> & { readonly callId?: string },
): Promise<Interview> {
  for (;;) {
    const socket = machine.connect("/", ["bearer", resumeToken]);
    socket.send({ type: "init", resumeToken, lastSeq: 0 });
    const answer = await socket.next("initialized", "error");
    if (answer.type === "initialized") return { sessionId, callId, resumeToken: answer.resumeToken, socket };
    if (!answer.retryable) throw new Error(answer.code);
    socket.close();
  }
}

/** Ends an interview; returns what was said in it, as the provider has it and as its transcript has it. */
export async function end(
  machine: ProxyUnderTest,
  { sessionId, resumeToken, callId }: Interview,
): Promise<{ readonly said: readonly Said[]; readonly transcribed: readonly Said[] }> {
  const headers = { authorization: `Bearer ${resumeToken}` };
  await machine.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers });
  const { json } = await machine.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  const { turns } = json as TranscriptDocument;
  const call = machine.simulator.calls().find(({ id }) => id === callId);
  if (call === undefined) throw new Error("The provider does not know the call.");
  return {
    said: saidIn(call),
    transcribed: turns.map(({ role, status, text, heardMs }) => [role, status, text, heardMs]),
  };
}

/** Until every line of so many short interviews was heard. */
export function untilAllIsHeard({ simulator }: SharedPlace, interviews: number): Promise<unknown> {
  let lines = 0;
  return simulator.waitFor(
    ({ type }) => type === "call.interviewer_finished" && (lines += 1) === interviews * SHORT.turns.length,
    { timeoutMs: 60_000 },
  );
}
