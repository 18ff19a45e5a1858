import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test } from "vitest";
import type { TranscriptDocument } from "../../fly-interview-hybrid/src/transcripts/document.ts";
import { saidIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { SocketClient } from "../../fly-interview-hybrid/test/doors/socket-client.ts";
import { faultOfAbsence } from "../../fly-interview-hybrid/test/long-runs/comparison.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";
import { hs256 } from "../interview/hs256.ts";
import { SECRETS, startProxy } from "../interview/running-proxy.ts";

const JWT_SECRET = "e2e-jwt-secret-0123456789abcdef0123456789";

/** Enough for a proxy that is idle, and for some calls. */
const DESCRIPTORS = 80;

const AUTHORIZATION = `Bearer ${tokenOf("ada")}`;

const LINES = 5;
const script = {
  turns: [
    ...Array.from({ length: LINES - 1 }, (_, n) => ({ interviewer: `Question ${n}?`, candidate: `Answer ${n}.` })),
    { interviewer: "Goodbye." },
  ],
};

test("a proxy without a descriptor left lets nobody in, goes on with its interviews, and recovers", async () => {
  const simulator = await startSimulator({ apiKeys: [SECRETS.key], media: "none", wordsPerSecond: 8, script });
  onTestFinished(() => simulator.close());
  const folder = await mkdtemp(join(tmpdir(), "few-descriptors-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const proxy = await startProxy(`ulimit -n ${DESCRIPTORS} && exec node dist/main.js`, {
    OPENAI_BASE_URL: simulator.baseUrl,
    DATABASE_URL: `file:${join(folder, "records.db")}`,
    SIMULATION_MODE: "false",
    JWT_SECRET,
    HOST: "127.0.0.1",
    CONNECTIONS_PER_MINUTE: "100000",
  });
  const address = proxy.url.replace("localhost", "127.0.0.1");
  const sessionId = await begin(address);
  const { callId } = await simulator.waitFor(({ type }) => type === "call.sideband_attached");

  // Two who are there already: one without a call, one with it.
  const waiting = await open(address, "eve");
  const talking = await open(address, "bob");
  talking.send({ type: "sdp_offer", offer: audioOffer });
  await talking.next("sdp_answer");

  const crowd = Array.from({ length: 2 * DESCRIPTORS }, () => arrive(address));
  await expect.poll(() => crowd.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(0);
  await expect(ask(address, "/healthz"), "nobody else is let in").rejects.toThrow("fetch failed");
  // With a connection to the voice service that is warm a call can be made.
  waiting.send({ type: "sdp_offer", offer: audioOffer });
  const outcome = await waiting.next("sdp_answer", "error");
  expect(outcome.type === "error" ? outcome.code : "made").toBeOneOf(["made", "UPSTREAM_UNAVAILABLE"]);
  for (const client of [waiting, talking]) {
    client.send({ type: "disconnect" });
    expect(await client.next("disconnected")).toMatchObject({ reason: "client_disconnected" });
  }

  let heard = 0;
  await simulator.waitFor(
    (event) => event.type === "call.interviewer_finished" && event.callId === callId && (heard += 1) >= LINES,
    { timeoutMs: 60_000 },
  );
  for (const socket of crowd) socket.destroy();
  await expect.poll(() => ask(address, "/healthz").catch(() => undefined)).toMatchObject({ status: 200 });
  await expect.poll(() => faultOf(address, sessionId), { timeout: 30_000 }).toBeUndefined();
  expect((await ask(address, `/api/sessions/${sessionId}`, "DELETE")).status).toBe(204);
  await expect.poll(() => simulator.liveCalls().length, { timeout: 30_000 }).toBe(0);

  async function faultOf(at: string, id: string): Promise<string | undefined> {
    const { turns } = (await (await ask(at, `/api/sessions/${id}/transcript`)).json()) as TranscriptDocument;
    const transcribed = turns.map(({ role, status, text, heardMs }) => [role, status, text, heardMs] as const);
    const said = simulator.calls().flatMap((call) => (call.id === callId ? saidIn(call) : []));
    return turns.some(({ status }) => status === "gap") ? "a gap" : faultOfAbsence({ said, transcribed, cuts: [] });
  }
});

function tokenOf(person: string): string {
  return hs256({ sub: person, exp: 4_102_444_800 }, JWT_SECRET);
}

/** Opens a session on a socket. */
async function open(address: string, person: string): Promise<SocketClient> {
  const client = new SocketClient(`${address.replace("http", "ws")}/ws`, () => undefined, ["bearer", tokenOf(person)]);
  onTestFinished(() => client.close());
  client.send({ type: "init" });
  await client.next("initialized");
  return client;
}

/** Comes and says nothing. */
function arrive(address: string): Socket {
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

function ask(address: string, path: string, method = "GET"): Promise<Response> {
  return fetch(address + path, { method, headers: { authorization: AUTHORIZATION, connection: "close" } });
}

async function begin(address: string): Promise<string> {
  const response = await fetch(`${address}/api/sdp-exchange`, {
    method: "POST",
    headers: { authorization: AUTHORIZATION, "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ sdpOffer: audioOffer }),
  });
  const { sessionId } = (await response.json()) as { sessionId: string };
  return sessionId;
}
