// What a tenant that floods adds to others' connects: one asks for a hundred times what it may, and the pages of others
// connect meanwhile, from opening the socket to the answer of the call. The voice service answers at once. Control: the same
// flood, sent to a bare server on the proxy's core, so that what flood and machine add by themselves is known.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { startSimulator } from "openai-voice-simulator";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { pacedConnects } from "./paced-connects.ts";
import { underFlood } from "./under-flood.ts";
import { startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { hundredths, percentiles, rounded } from "../report/summary.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 10);
/** Less than a tenant may: two connects that come together must not be too many. */
const CONNECTS_PER_SECOND = 7;
const CALM_TENANTS = 4;
/** What a tenant may ask for in a second, and how many times that the flood is. */
const REQUESTS_PER_SECOND = 10;
const FLOOD = 100;

const ADMIN_TOKEN = "admin-token-of-the-benchmark-0123456789";
const MASTER_KEY = `bench:${Buffer.alloc(32, 7).toString("base64")}`;

interface Flood {
  sent: number;
  refused: number;
}

const folder = await mkdtemp(join(tmpdir(), "tenant-flood-"));
const simulator = await startSimulator({ media: "none" });
const bare = await startServerProcess(new URL("refusing-server.js", import.meta.url));
keepOnCore(MEASURED_CORE, bare.process.pid);
const proxy = await startMeasuredProxy({
  JWT_SECRET: SECRET,
  OPENAI_BASE_URL: simulator.baseUrl,
  DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  ADMIN_TOKEN,
  TENANTS_MASTER_KEY: MASTER_KEY,
  TENANT_REQUESTS_PER_SECOND: String(REQUESTS_PER_SECOND),
});
try {
  const flooding = await createTenant("flooding");
  const calm = await Promise.all(Array.from({ length: CALM_TENANTS }, (_, n) => createTenant(`calm-${n}`)));
  const token = await tokenOf(flooding, "service");
  const times = { alone: [] as number[], floodElsewhere: [] as number[], besideFlood: [] as number[] };
  const floods: Flood = { sent: 0, refused: 0 };
  const cpuMs = { alone: 0, besideFlood: 0 };
  await connectsOf(calm, 2);
  for (let round = 0; round < ROUNDS; round++) {
    const began = await proxy.figures();
    times.alone.push(...(await connectsOf(calm, SECONDS)));
    cpuMs.alone += (await proxy.figures()).cpuMs - began.cpuMs;
    const elsewhere = await underFlood<Flood>(await startFlood(bare.port, token), () => connectsOf(calm, SECONDS));
    times.floodElsewhere.push(...elsewhere.times);
    const before = await proxy.figures();
    const here = await underFlood<Flood>(await startFlood(proxy.port, token), () => connectsOf(calm, SECONDS));
    cpuMs.besideFlood += (await proxy.figures()).cpuMs - before.cpuMs;
    times.besideFlood.push(...here.times);
    floods.sent += here.flood.sent;
    floods.refused += here.flood.refused;
  }
  const [alone, elsewhere, beside] = [times.alone, times.floodElsewhere, times.besideFlood].map(percentiles);
  if (!alone || !elsewhere || !beside) throw new Error("There are three series.");
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      connects: times.besideFlood.length,
      floodPerSecond: Math.round(floods.sent / SECONDS / ROUNDS),
      floodRefusedPercent: Math.round((100 * floods.refused) / floods.sent),
      coreShareAlone: hundredths(cpuMs.alone / 1000 / SECONDS / ROUNDS),
      coreShareBesideFlood: hundredths(cpuMs.besideFlood / 1000 / SECONDS / ROUNDS),
      alone,
      floodElsewhere: elsewhere,
      besideFlood: beside,
      floodAddsP99Ms: rounded(beside.p99Ms - alone.p99Ms),
      ofWhichMachineP99Ms: rounded(elsewhere.p99Ms - alone.p99Ms),
    }),
  );
} finally {
  await proxy.stop();
  await bare.stop();
  await simulator.close();
  await rm(folder, { recursive: true });
}

function startFlood(port: number, token: string): Promise<LoadProcess> {
  const generator = new URL("tenant-flood.ts", import.meta.url);
  return startLoadProcess(generator, LOADING_CORE, port, token, REQUESTS_PER_SECOND * FLOOD);
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

/** Each tenant's pages at their pace; returns how long each connect took, in milliseconds. */
function connectsOf(tenants: readonly string[], seconds: number): Promise<number[]> {
  const perSecond = CONNECTS_PER_SECOND * tenants.length;
  return pacedConnects(proxy.port, { count: seconds * perSecond, perSecond }, async (n) => ({
    token: await tokenOf(tenants[n % tenants.length] ?? "", `person-${n}`),
    address: "192.0.2.1",
  }));
}
