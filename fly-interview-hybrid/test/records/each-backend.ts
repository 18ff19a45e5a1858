import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { RECORDS_BACKENDS } from "../../src/records/registry.ts";
import type { CallRecord, Records, SessionRecord } from "../../src/records/records.ts";
import type { TurnRecord } from "../../src/records/turns.ts";
import type { EndpointsOf } from "../../src/records/webhooks.ts";
import { openPostgresRecords } from "../../src/records/postgres/records.ts";
import { sqlRecords } from "../../src/records/sql/records.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { sqliteBackend } from "../../src/records/sqlite/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { sessionAt } from "../sample-session.ts";
import { startPostgres } from "../servers/postgres-server.ts";

/** Where a backend keeps stores for tests. */
interface Place {
  /** Location of a store that nobody has used. */
  fresh(): Promise<string>;
  /** A store that nobody has used, for two machines. */
  shared(endpointsOf?: EndpointsOf): Promise<readonly [Records, Records]>;
  close(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  file: () =>
    Promise.resolve({
      fresh: () => Promise.resolve(":memory:"),
      // A file has one process at a time; what two would see of each other is the same SQL on one connection.
      async shared(endpointsOf) {
        const backend = sqliteBackend(await openDatabase(":memory:"));
        const open = (): Records => sqlRecords(backend, createFakeClock(), endpointsOf);
        return [open(), open()];
      },
      close: () => Promise.resolve(),
    }),
  async postgres() {
    const server = await startPostgres();
    const fresh = async (): Promise<string> => server.urlOf(await server.createDatabase()).replace(/^postgres:/, "");
    return {
      fresh,
      async shared(endpointsOf) {
        const location = await fresh();
        const open = (): Promise<Records> => openPostgresRecords(location, createFakeClock(), endpointsOf);
        return [await open(), await open()];
      },
      close: () => server.stop(),
    };
  },
};

/** How a machine shows itself that no other has to reach. */
export const ALONE = { address: null, draining: false };

/** Keeps a session as one that runs in this process. */
export async function insertOwn(records: Records, record: SessionRecord): Promise<void> {
  const admission = await records.insertRunning(record, { ofTenant: 1000, ofPerson: 1000 });
  if (admission !== "admitted") throw new Error(admission);
}

/** Longest time for a backend's server to start, in milliseconds: a Postgres lays out its files first. */
const START_TIMEOUT_MS = 60_000;

/** Runs tests over every backend; `open` gives an empty store, and `openShared` one for two machines. */
export function eachBackend(
  define: (
    open: (endpointsOf?: EndpointsOf) => Promise<Records>,
    openShared: (endpointsOf?: EndpointsOf) => Promise<readonly [Records, Records]>,
  ) => void,
): void {
  describe.each(Object.entries(RECORDS_BACKENDS))("records in %s:", (scheme, { open: openBackend }) => {
    let place: Place;
    beforeAll(async () => {
      const start = PLACES[scheme];
      if (start === undefined) throw new Error(`The suite knows no place for ${scheme}:`);
      place = await start();
      // The backend and its driver are loaded here, where there is time for it.
      await (await openBackend(await place.fresh(), createFakeClock())).close();
    }, START_TIMEOUT_MS);
    afterAll(() => place.close());

    const open = async (endpointsOf?: EndpointsOf): Promise<Records> => {
      const records = await openBackend(await place.fresh(), createFakeClock(1_000_000), endpointsOf);
      onTestFinished(() => records.close());
      await records.beat(ALONE);
      return records;
    };
    define(open, async (endpointsOf) => {
      const both = await place.shared(endpointsOf);
      for (const records of both) {
        onTestFinished(() => records.close());
        await records.beat(ALONE);
      }
      return both;
    });
  });
}

export const session = sessionAt(1, 1);
export const call: CallRecord = {
  id: "call_1",
  sessionId: "ses_a",
  tenant: "default",
  upstream: "openai-realtime",
  upstreamCallId: null,
  state: "connecting",
  createdAt: 1,
  greetedAt: null,
  endedAt: null,
};
export const turn: TurnRecord = {
  id: "turn_1",
  sessionId: "ses_a",
  callId: "call_1",
  n: 1,
  role: "interviewer",
  status: "interrupted",
  text: "Hello. \u{1F44B} Who are you?",
  heardText: null,
  salt: "s",
  textHash: "t",
  heardTextHash: null,
  heardMs: 640,
  startedAt: 1,
  endedAt: null,
  inferred: true,
  typed: false,
  hash: "h1",
};
