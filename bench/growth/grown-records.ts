import Database from "libsql";
import type { Client } from "pg";
import { NO_USAGE } from "../../fly-interview-hybrid/src/records/usage.ts";

/** Of one table, in the names of its columns. */
type Row = Readonly<Record<string, string | number | null>>;

export const TENANT = "default";
/** When the first of the interviews began; each later one a second after the one before. Milliseconds since the epoch. */
const BEGAN_AT = Date.UTC(2026, 0, 1);
/** How many a statement inserts. */
const AT_ONCE = 1000;
const TURNS = 4;

/** When the interview of an index began. */
export function beganAt(index: number): number {
  return BEGAN_AT + index * 1000;
}

/** Who was asked in it: each person three times. */
export function personOf(index: number): string {
  return `person-${Math.floor(index / 3)}`;
}

/** Fills an SQLite file that has the tables with so many interviews that are over. */
export function growSqlite(path: string, size: number): void {
  const file = new Database(path);
  file.exec("begin");
  for (const [table, rowsOf] of Object.entries(TABLES)) {
    const columns = Object.keys(rowsOf(0)[0] ?? {});
    const insert = file.prepare(
      `insert into "${table}" (${columns.map((name) => `"${name}"`).join()}) values (${columns.map(() => "?").join()})`,
    );
    for (let index = 0; index < size; index += 1)
      for (const row of rowsOf(index)) insert.run(...columns.map((name) => row[name] ?? null));
  }
  file.exec("commit");
  file.exec("analyze");
  file.close();
}

/** The same for a Postgres database. */
export async function growPostgres(client: Client, size: number): Promise<void> {
  for (const [table, rowsOf] of Object.entries(TABLES)) {
    const columns = Object.keys(rowsOf(0)[0] ?? {})
      .map((name) => `"${name}"`)
      .join();
    for (let first = 0; first < size; first += AT_ONCE) {
      const rows = Array.from({ length: Math.min(AT_ONCE, size - first) }, (_, offset) =>
        rowsOf(first + offset),
      ).flat();
      await client.query(
        `insert into interview_proxy."${table}" (${columns})
         select ${columns} from json_populate_recordset(null::interview_proxy."${table}", $1)`,
        [JSON.stringify(rows)],
      );
    }
  }
  await client.query("vacuum analyze");
}

/** What an interview that is over leaves in each table, in an order in which rows may refer to those before. */
const TABLES: Readonly<Record<string, (index: number) => readonly Row[]>> = {
  sessions: (index) => [
    {
      id: `ses_${index}`,
      tenant: TENANT,
      person: personOf(index),
      name: null,
      persona: "interviewer",
      brief: JSON.stringify({ maxSeconds: 3600, warnAtSeconds: [], budget: {} }),
      endReason: "completed",
      resumeTokenHashes: JSON.stringify([`hash-${index}`]),
      owner: null,
      fence: 0,
      createdAt: beganAt(index),
      startedAt: beganAt(index),
      deadline: beganAt(index) + 3_600_000,
      endedAt: beganAt(index) + 60_000,
    },
  ],
  calls: (index) => [
    {
      id: `call_${index}`,
      sessionId: `ses_${index}`,
      tenant: TENANT,
      upstream: "openai-realtime",
      upstreamCallId: `rtc_${index}`,
      state: "ended",
      createdAt: beganAt(index),
      greetedAt: beganAt(index),
      endedAt: beganAt(index) + 60_000,
    },
  ],
  turns: (index) =>
    Array.from({ length: TURNS }, (_, turn) => ({
      id: `turn_${index}_${turn}`,
      sessionId: `ses_${index}`,
      callId: `call_${index}`,
      n: turn + 1,
      role: turn % 2 === 0 ? "interviewer" : "candidate",
      status: "complete",
      text: `What was said in turn ${turn} of interview ${index}, in about as many words as people use for it.`,
      heardText: null,
      salt: `salt-${index}-${turn}`,
      textHash: `text-${index}-${turn}`,
      heardTextHash: null,
      heardMs: null,
      startedAt: beganAt(index),
      endedAt: beganAt(index),
      inferred: 0,
      typed: 0,
      hash: `hash-${index}-${turn}`,
    })),
  // What the calls of killed machines leave until they are seen to their end.
  callItems: (index) => [{ callId: `call_${index}`, itemId: "item_1", previousId: null }],
  callUsage: (index) => [{ callId: `call_${index}`, ...NO_USAGE, responses: 2 }],
  marks: (index) => [
    {
      id: `mark_${index}`,
      sessionId: `ses_${index}`,
      callId: `call_${index}`,
      at: beganAt(index),
      kind: "note",
      text: "Spoke clearly.",
      counted: null,
    },
  ],
  transcriptSeals: (index) => [
    {
      sessionId: `ses_${index}`,
      turns: TURNS,
      head: `hash-${index}`,
      publicKey: "key",
      signature: `signature-${index}`,
    },
  ],
  invitations: (index) => [
    {
      id: `inv_${index}`,
      tenant: TENANT,
      person: personOf(index),
      persona: "interviewer",
      brief: JSON.stringify({ maxSeconds: 3600, warnAtSeconds: [], budget: {} }),
      createdAt: beganAt(index),
      expiresAt: beganAt(index) + 86_400_000,
      redeemedAt: beganAt(index),
      revokedAt: null,
      attempts: 1,
      sessionId: `ses_${index}`,
      erasedAt: null,
    },
  ],
  webhookDeliveries: (index) => [
    {
      id: `dlv_${index}`,
      eventId: `evt_${index}`,
      tenant: TENANT,
      sessionId: `ses_${index}`,
      endpoint: "https://platform.example/hook",
      type: "session.ended",
      body: "{}",
      createdAt: beganAt(index),
      dueAt: beganAt(index),
      expiresAt: beganAt(index) + 86_400_000,
      attempts: 9,
      givenUpAt: beganAt(index) + 86_400_000,
      failure: "503",
    },
  ],
  auditLog: (index) => [{ at: beganAt(index), actor: "admin", act: "tenant.changed", tenant: TENANT, settings: "[]" }],
  // None is over: those that are, the next one forgets.
  usedTickets: (index) => [{ id: `ticket_${index}`, expiresAt: beganAt(index) + 10 * 365 * 86_400_000 }],
};

/** The tables that grow with interviews. */
export const GROWING: ReadonlySet<string> = new Set(Object.keys(TABLES));
