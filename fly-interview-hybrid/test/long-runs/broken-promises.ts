import { queueInMemory } from "../queue-in-memory.ts";
import { Writable } from "node:stream";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import type { CallRecord, Records, SessionRecord } from "../../src/records/records.ts";
import { openRecords } from "../../src/records/registry.ts";
import { serialize } from "../../src/transcripts/document.ts";
import { openSigner } from "../../src/transcripts/signer.ts";
import { createTranscripts } from "../../src/transcripts/transcripts.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { type Aftermath, identifierOf } from "./walks-among-faults.ts";

/** What the records say of a world in which walks are over, and which promises were broken in it. */
export interface Findings {
  readonly sessions: readonly SessionRecord[];
  readonly calls: readonly CallRecord[];
  readonly broken: readonly string[];
}

/** Looks at what is left for everything that must not be: open ends, unowned calls, wrong transcripts, timers, errors. */
export async function findBrokenPromises(aftermath: Aftermath): Promise<Findings> {
  const { clock, logLines } = aftermath;
  const timers = clock.pending();
  const records = await openRecords(aftermath.recordsUrl, clock);
  const sessions = await records.listSessions({ tenant: "default", limit: 100_000 });
  const calls: CallRecord[] = [];
  for (const { id } of sessions) calls.push(...(await records.callsOf(id)));
  const transcripts = await brokenTranscripts(records, sessions, aftermath);
  await records.close();
  return {
    sessions,
    calls,
    broken: [
      ...sessions.flatMap(({ id, endReason, endedAt }) =>
        endReason === null || endedAt === null ? [`${id} has no end`] : [],
      ),
      ...calls.flatMap(({ id, state, endedAt }) => (endedAt === null ? [`${id} is still ${state}`] : [])),
      ...transcripts,
      ...unexplainedOrphans(calls, sessions, aftermath),
      ...unrecordedCalls(calls, sessions, aftermath),
      ...logLines.sound.filter((line) => line.includes('"level":"error"')),
      ...(timers === 0 ? [] : [`${timers} timers are left`]),
    ],
  };
}

async function brokenTranscripts(
  records: Records,
  sessions: readonly SessionRecord[],
  { clock }: Aftermath,
): Promise<readonly string[]> {
  const log = createLog("silent", new Writable());
  const signer = await openSigner(readConfig({ SIMULATION_MODE: "true" }), records);
  const transcripts = createTranscripts({ ...queueInMemory(records, clock), records, signer, clock, log });
  const broken: string[] = [];
  for (const session of sessions) {
    const verdict = verifyTranscript(Buffer.from(serialize(await transcripts.document(session))));
    if (!verdict.ok) broken.push(`the transcript of ${session.id} is wrong: ${JSON.stringify(verdict)}`);
  }
  await transcripts.close();
  return broken;
}

/** Every call that may run on was hidden from the proxy by a fault, or what became of it could not be recorded. */
function unexplainedOrphans(
  calls: readonly CallRecord[],
  sessions: readonly SessionRecord[],
  { provider, logLines: { failing } }: Aftermath,
): readonly string[] {
  const errors = failing.filter((line) => line.includes('"level":"error"')).join("");
  const orphans = orphansOf(calls).filter(({ id }) => !errors.includes(id));
  return [...countByPerson(orphans, sessions)].flatMap(([identifier, count]) =>
    count > provider.hiddenCallsOf(identifier) ? [`of ${count} possible orphans of a person some were known`] : [],
  );
}

/** Every call that was left in the service is among those of the records that may run on. */
function unrecordedCalls(
  calls: readonly CallRecord[],
  sessions: readonly SessionRecord[],
  { leftCalls }: Aftermath,
): readonly string[] {
  const recorded = countByPerson(orphansOf(calls), sessions);
  const left = new Map<string, number>();
  for (const { safetyIdentifier } of leftCalls)
    left.set(safetyIdentifier ?? "", (left.get(safetyIdentifier ?? "") ?? 0) + 1);
  return [...left].flatMap(([identifier, count]) =>
    count > (recorded.get(identifier) ?? 0) ? [`${count} calls of a person are left in the service`] : [],
  );
}

function orphansOf(calls: readonly CallRecord[]): readonly CallRecord[] {
  return calls.filter(({ state }) => state === "possible_orphan");
}

/** By the identifiers under which the provider knows the persons. */
function countByPerson(calls: readonly CallRecord[], sessions: readonly SessionRecord[]): ReadonlyMap<string, number> {
  const persons = new Map(sessions.map(({ id, person }) => [id, person]));
  const counts = new Map<string, number>();
  for (const { sessionId } of calls) {
    const identifier = identifierOf(persons.get(sessionId) ?? "");
    counts.set(identifier, (counts.get(identifier) ?? 0) + 1);
  }
  return counts;
}
