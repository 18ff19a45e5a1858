// What a tenant that floods adds to another's connects: one asks for a hundred times what it may, and the other one's pages
// connect meanwhile, from opening the socket to the answer of the call. The voice service answers at once.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SignJWT } from "jose";
import { startSimulator } from "openai-voice-simulator";
import { WebSocket } from "ws";
import { audioOffer } from "../fly-interview-hybrid/test/sample-sdp.ts";
import { startLoadProcess } from "./load-process.ts";
import { SECRET } from "./load-token.ts";
import { LOADING_CORE } from "./one-core.ts";
import { startMeasuredProxy } from "./proxy-process.ts";
import { percentiles, rounded } from "./summary.ts";

const SECONDS = Number(process.env.SECONDS ?? 20);
/** Less than a tenant may: two connects that come together must not be too many. */
const CONNECTS_PER_SECOND = 7;
/** What a tenant may ask for in a second, and how many times that the flood is. */
const REQUESTS_PER_SECOND = 10;
const FLOOD = 100;

const ADMIN_TOKEN = "admin-token-of-the-benchmark-0123456789";
const MASTER_KEY = `bench:${Buffer.alloc(32, 7).toString("base64")}`;

const folder = await mkdtemp(join(tmpdir(), "tenant-flood-"));
const simulator = await startSimulator({ media: "none" });
const proxy = await startMeasuredProxy({
  JWT_SECRET: SECRET,
  OPENAI_BASE_URL: simulator.baseUrl,
  DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  ADMIN_TOKEN,
  TENANTS_MASTER_KEY: MASTER_KEY,
  TENANT_REQUESTS_PER_SECOND: String(REQUESTS_PER_SECOND),
});
try {
  const [flooding, calm] = [await createTenant("flooding"), await createTenant("calm")];
  await connectsOf(calm, 2);
  const alone = await connectsOf(calm, SECONDS);
  const token = await tokenOf(flooding, "service");
  const flood = await startLoadProcess("tenant-flood.ts", LOADING_CORE, proxy.port, token, REQUESTS_PER_SECOND * FLOOD);
  const before = await proxy.figures();
  flood.tell("begin");
  const beside = await connectsOf(calm, SECONDS);
  const after = await proxy.figures();
  const { sent, refused } = await flood.ask<{ sent: number; refused: number }>("stop");
  await flood.stop();
  const [without, with_] = [percentiles(alone), percentiles(beside)];
  console.log(
    JSON.stringify({
      connects: beside.length,
      floodPerSecond: Math.round(sent / SECONDS),
      floodRefusedPercent: Math.round((100 * refused) / sent),
      coreShareBesideFlood: rounded((after.cpuMs - before.cpuMs) / 1000 / SECONDS),
      longestBlockMs: rounded(after.longestBlockMs),
      alone: without,
      besideFlood: with_,
      floodAddsP99Ms: rounded(with_.p99Ms - without.p99Ms),
    }),
  );
} finally {
  await proxy.stop();
  await simulator.close();
  await rm(folder, { recursive: true });
}

async function createTenant(id: string): Promise<string> {
  const issuer = { issuer: `https://${id}.example`, secret: `${SECRET}-${id}` };
  const response = await fetch(`http://127.0.0.1:${proxy.port}/api/tenants`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ id, issuers: [issuer] }),
  });
  if (response.status !== 201) throw new Error(`The tenant could not be made: ${response.status}.`);
  return id;
}

function tokenOf(tenant: string, person: string): Promise<string> {
  return new SignJWT({ iss: `https://${tenant}.example`, scope: "interview operate" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(person)
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(`${SECRET}-${tenant}`));
}

/** Connects at a steady pace; returns how long each took, in milliseconds. */
async function connectsOf(tenant: string, seconds: number): Promise<number[]> {
  const times: Promise<number>[] = [];
  for (let n = 0; n < seconds * CONNECTS_PER_SECOND; n++) {
    const token = await tokenOf(tenant, `person-${n}`);
    times.push(connect(token));
    await pause(1000 / CONNECTS_PER_SECOND);
  }
  return Promise.all(times);
}

async function connect(token: string): Promise<number> {
  const startedAt = performance.now();
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`, ["bearer", token]);
  const answered = new Promise<number>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as { type: string; code?: string };
      if (message.type === "error") reject(new Error(`The connect was refused: ${message.code}.`));
      if (message.type === "welcome") socket.send(JSON.stringify({ type: "init" }));
      if (message.type === "initialized") socket.send(JSON.stringify({ type: "sdp_offer", offer: audioOffer }));
      if (message.type === "sdp_answer") resolve(performance.now() - startedAt);
    });
  });
  const time = await answered;
  socket.send(JSON.stringify({ type: "disconnect" }));
  await once(socket, "close");
  return time;
}
