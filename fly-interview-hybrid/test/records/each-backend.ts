import { describe, onTestFinished } from "vitest";
import { RECORDS_BACKENDS } from "../../src/records/registry.ts";
import type { CallRecord, Records, SessionRecord } from "../../src/records/records.ts";
import type { TurnRecord } from "../../src/records/turns.ts";
import { createFakeClock } from "../fake-clock.ts";

/** Where each backend keeps a store of its own for one test. */
const LOCATIONS: Readonly<Record<string, () => string>> = { file: () => ":memory:" };

/** Runs tests over every backend; `open` gives an empty store. */
export function eachBackend(define: (open: () => Promise<Records>) => void): void {
  describe.each(Object.entries(RECORDS_BACKENDS))("records in %s:", (scheme, openBackend) => {
    define(async () => {
      const location = LOCATIONS[scheme];
      if (location === undefined) throw new Error(`The suite knows no place for ${scheme}:`);
      const records = await openBackend(location(), createFakeClock(1_000_000));
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
