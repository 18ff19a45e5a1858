import { Writable } from "node:stream";
import type { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import type { Principal } from "../../src/auth/principal.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLocalRateLimits } from "../../src/coordination/local/rate-limits.ts";
import { createLog } from "../../src/ops/log.ts";
import type { Records } from "../../src/records/records.ts";
import type { WriteQueue } from "../../src/records/write-queue.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import type { Schema } from "../../src/records/sql/schema.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { sqliteRecords } from "../../src/records/sqlite/records.ts";
import { serverTenant } from "../../src/tenants/tenant.ts";
import { openSigner } from "../../src/transcripts/signer.ts";
import { createTranscripts } from "../../src/transcripts/transcripts.ts";
import { createSessions, type Sessions } from "../../src/sessions/sessions.ts";
import { endpointsOf } from "../../src/webhooks/webhooks.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { queueInMemory } from "../queue-in-memory.ts";
import { createFakeUpstream, type FakeUpstream } from "../fake-upstream.ts";

export const ada: Principal = {
  tenant: "default",
  person: "ada",
  countedAs: "ada",
  scopes: new Set(["interview"]),
  session: undefined,
};
export const eve: Principal = { ...ada, person: "eve", countedAs: "eve" };
export const service: Principal = { ...ada, person: "service", scopes: new Set(["operate"]) };

export interface SessionsUnderTest {
  readonly sessions: Sessions;
  readonly clock: FakeClock;
  readonly database: Kysely<Schema>;
  readonly records: Records;
  /** What the records refused for the moment. */
  readonly queue: WriteQueue;
  readonly upstream: FakeUpstream;
}

/**
 * The rules of sessions over real records, a fake provider and a clock that moves by hand; `earlier`: those of a process
 * that is gone, whose records, provider and clock are still there.
 */
export async function openSessions(
  settings: Record<string, string> = {},
  earlier?: Pick<SessionsUnderTest, "clock" | "database" | "upstream">,
): Promise<SessionsUnderTest> {
  const clock = earlier?.clock ?? createFakeClock();
  const database = earlier?.database ?? (await openDatabase(":memory:"));
  const config = readConfig({ OPENAI_API_KEY: "sk-test", ...settings });
  const records = await sqliteRecords(database, clock, endpointsOf(config));
  await records.beat({ address: null, draining: false });
  const upstream = earlier?.upstream ?? createFakeUpstream();
  const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));
  const { queue, queued } = queueInMemory(records, clock);
  const sessions = createSessions({
    config,
    clock,
    records: queued,
    log,
    metrics: new Metrics(),
    transcripts: createTranscripts({ records: queued, queue, signer: await openSigner(config, records), clock, log }),
    rateLimits: createLocalRateLimits({ arrival: 1000, offer: 1000, call: config.CALLS_PER_MINUTE }),
    tenantOf: (id) => serverTenant(id, config),
    allTenants: () => [serverTenant("default", config)],
    upstreamFor: () => upstream,
    upstreamNamed: (name) => (name === upstream.name ? upstream : undefined),
  });
  if (earlier === undefined) onTestFinished(() => database.destroy());
  return { sessions, clock, database, records, queue, upstream };
}
