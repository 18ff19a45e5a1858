import { type Simulator, startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";
import { hs256 } from "../interview/hs256.ts";
import { type RunningProxy, SECRETS, startProxy } from "../interview/running-proxy.ts";

const SESSIONS = 200;

const JWT_SECRET = "e2e-jwt-secret-0123456789abcdef0123456789";
const COMMAND = "exec node dist/main.js";

test(`of two machines one is killed: its ${SESSIONS} interviews go on at the other`, async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const simulator = await startSimulator({ apiKeys: [SECRETS.key], media: "none" });
  onTestFinished(() => simulator.close());
  const settings = {
    OPENAI_BASE_URL: simulator.baseUrl,
    DATABASE_URL: postgres.urlOf(await postgres.createDatabase()),
    SIMULATION_MODE: "false",
    JWT_SECRET,
    CALLS_PER_MINUTE: "1000",
    CONNECTIONS_PER_MINUTE: "10000",
    IDLE_SECONDS: "3600",
  };
  const owner = await startProxy(COMMAND, settings);
  const survivor = await startProxy(COMMAND, settings);
  for (let n = 0; n < SESSIONS; n += 1) await begin(owner, `person ${n}`);
  await simulator.waitFor(() => simulator.liveCalls().every(({ sidebands }) => sidebands === 1));

  // How long that takes is measured by bench/continuity/take-over-time.ts.
  const attachedAgain = untilAllAttachedAgain(simulator);
  await owner.command.kill();
  await attachedAgain;
  expect(simulator.liveCalls()).toHaveLength(SESSIONS);
  expect(survivor.command.output()).not.toContain('"level":"error"');
});

async function begin({ url }: RunningProxy, person: string): Promise<void> {
  const authorization = `Bearer ${hs256({ sub: person, exp: 4_102_444_800 }, JWT_SECRET)}`;
  const headers = { authorization, "content-type": "application/json" };
  const body = JSON.stringify({ sdpOffer: audioOffer });
  const response = await fetch(`${url}/api/sdp-exchange`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(await response.text());
}

/** Until each call was attached to twice. */
async function untilAllAttachedAgain(simulator: Simulator): Promise<void> {
  const once = new Set<string>();
  const twice = new Set<string>();
  await simulator.waitFor(
    ({ type, callId }) => {
      if (type === "call.sideband_attached") (once.has(callId) ? twice : once).add(callId);
      return twice.size === SESSIONS;
    },
    { timeoutMs: 60_000 },
  );
}
