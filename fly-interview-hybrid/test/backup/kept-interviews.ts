import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { openRecords } from "../../src/records/registry.ts";
import { openSigner } from "../../src/transcripts/signer.ts";
import { createTranscripts } from "../../src/transcripts/transcripts.ts";
import { Writable } from "node:stream";
import { createLog } from "../../src/ops/log.ts";
import { queueInMemory } from "../queue-in-memory.ts";
import { newTurn, session } from "../transcripts/open-transcripts.ts";

/** Words that are in each of the kept transcripts. */
export const WORDS = "I build analytical engines.";

/** So many turns each has. */
export const TURNS_EACH = 12;

/** Keeps sessions of a tenant that have ended, each with turns and a signature; returns their ids. */
export async function keepInterviews(databaseUrl: string, tenant: string, count: number): Promise<readonly string[]> {
  const records = await openRecords(databaseUrl, systemClock);
  try {
    await records.beat({ address: null, draining: false });
    const { queue, queued } = queueInMemory(records, systemClock);
    const signer = await openSigner(readConfig({ OPENAI_API_KEY: "sk-test" }), records);
    const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));
    const transcripts = createTranscripts({ records: queued, queue, signer, clock: systemClock, log });
    const ids = Array.from({ length: count }, (_, n) => `ses_of_${tenant}_${n}`);
    for (const id of ids) {
      const record = { ...session, id, tenant };
      await records.insertRunning(record, { ofTenant: 1000, ofPerson: 1000 });
      const callId = `call_of_${id}`;
      const call = { id: callId, sessionId: id, tenant, upstream: "openai-realtime", upstreamCallId: null };
      await records.insertCall({ ...call, state: "ended", createdAt: 1, greetedAt: null, endedAt: 2 });
      for (let n = 0; n < TURNS_EACH; n++)
        transcripts.write(record, newTurn(`item_${n}`, { callId, text: `${WORDS} (${n})` }), () => undefined);
      await transcripts.settled(id);
      await records.updateSession(id, { endReason: "completed", endedAt: session.createdAt + 60_000 });
      await transcripts.seal(id);
    }
    return ids;
  } finally {
    await records.close();
  }
}
