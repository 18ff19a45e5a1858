import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { RECORDS_BACKENDS } from "../../src/records/registry.ts";
import type { CallRecord, Records, SessionRecord } from "../../src/records/records.ts";
import type { TurnRecord } from "../../src/records/turns.ts";
import { createFakeClock } from "../fake-clock.ts";
import { startPostgres } from "../servers/postgres-server.ts";

/** Where a backend keeps stores for tests. */
interface Place {
  /** Location of a store that nobody has used. */
  fresh(): Promise<string>;
  close(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  file: () => Promise.resolve({ fresh: () => Promise.resolve(":memory:"), close: () => Promise.resolve() }),
  async postgres() {
    const server = await startPostgres();
    return {
      fresh: async () => server.urlOf(await server.createDatabase()).replace(/^postgres:/, ""),
      close: () => server.stop(),
    };
  },
};

/** Longest time for a backend's server to start, in milliseconds: a Postgres lays out its files first. */
const START_TIMEOUT_MS = 60_000;

/** Runs tests over every backend; `open` gives an empty store. */
export function eachBackend(define: (open: () => Promise<Records>) => void): void {
  describe.each(Object.entries(RECORDS_BACKENDS))("records in %s:", (scheme, openBackend) => {
    let place: Place;
    beforeAll(async () => {
      const start = PLACES[scheme];
      if (start === undefined) throw new Error(`The suite knows no place for ${scheme}:`);
      place = await start();
      // The backend and its driver are loaded here, where there is time for it.
      await (await openBackend(await place.fresh(), createFakeClock())).close();
    }, START_TIMEOUT_MS);
    afterAll(() => place.close());

    define(async () => {
      const records = await openBackend(await place.fresh(), createFakeClock(1_000_000));
      onTestFinished(() => records.close());
      return records;
    });
  });
}

export const session: SessionRecord = {
  id: "ses_a",
  tenant: "default",
  person: "ada",
  name: null,
  persona: "interviewer",
  brief: { maxSeconds: 3600, warnAtSeconds: [], budget: {} },
  endReason: null,
  resumeTokenHash: "h",
  createdAt: 1,
  startedAt: 1,
  deadline: 2,
  interruptedAt: null,
  endedAt: null,
};
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
  hash: "h1",
};
