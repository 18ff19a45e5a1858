// A simulator of calls without media, in a process of its own, that says of each call that ends what was said in it.
import { type CallReport, startSimulator } from "openai-voice-simulator";
import { type EndedCall, saidUntil } from "../../fly-interview-hybrid/test/long-runs/ended-calls.ts";
import { scriptOf } from "./script.ts";

/** What is said to the parent when a call is made, and when it has ended. */
export interface CallNotice {
  /** Names whose call it is. */
  readonly person: string;
  readonly is: "made" | "ended";
}

/** What the parent asks. */
export type Question =
  | "live"
  | {
      /** What was said in this person's calls? It is not asked a second time. */
      readonly person: string;
      /** What was said later does not count; epoch milliseconds. */
      readonly until: number;
      /** So long before that the session may have ended already, and a call been given up before the next one; in milliseconds. */
      readonly unsureMs: number;
    };

export interface LiveCall {
  readonly callId: string;
  readonly person: string;
  readonly createdAt: number;
  readonly sidebands: number;
}

/** The answers; of a person's calls in the order in which they were made. */
export type Answer =
  | { readonly live: readonly LiveCall[] }
  | { readonly person: string; readonly calls: readonly EndedCall[] };

/** Longer than any run. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** They are told of at once, and looked for among the last ones. */
const MAX_ENDED_CALLS = 50;

/** Calls that nobody has asked for yet, by whose they were. */
const ended = new Map<string, CallReport[]>();

const [exchanges = "10"] = process.argv.slice(2);
const simulator = await startSimulator({
  media: "none",
  script: scriptOf(Number(exchanges)),
  maxCalls: 10_000,
  maxEndedCalls: MAX_ENDED_CALLS,
});
// Waiting in vain is looking on.
simulator
  .waitFor(
    ({ type, callId }) => {
      // At once: hundreds may end in one turn of the loop, of which only the last reports are kept.
      if (type === "call.ended") tell(callId, "ended");
      // It is not among the calls yet.
      if (type === "call.created") setImmediate(() => tell(callId, "made"));
      return false;
    },
    { timeoutMs: FOR_EVER_MS },
  )
  .catch(() => undefined);

process.on("disconnect", () => process.exit());
process.on("message", (question: Question) => process.send?.(question === "live" ? liveCalls() : callsOf(question)));
process.send?.(simulator.baseUrl);

function liveCalls(): Answer {
  const live = simulator.liveCalls().map(({ id, safetyIdentifier, createdAt, sidebands }) => ({
    callId: id,
    person: safetyIdentifier ?? "",
    createdAt,
    sidebands,
  }));
  return { live };
}

function callsOf({ person, until, unsureMs }: Exclude<Question, string>): Answer {
  const reports = ended.get(person) ?? [];
  ended.delete(person);
  const inOrder = reports.toSorted((one, other) => one.createdAt - other.createdAt);
  // A call that was given up may go on, unheard, until it can be hung up.
  const calls = inOrder.map((report, index) => {
    const next = inOrder[index + 1]?.createdAt ?? Infinity;
    return saidUntil(report, until, Math.min(until, next) - unsureMs);
  });
  return { person, calls };
}

function tell(callId: string, is: CallNotice["is"]): void {
  const report = simulator.calls().find(({ id }) => id === callId);
  if (report === undefined) return;
  const person = report.safetyIdentifier ?? "";
  if (is === "ended") ended.set(person, [...(ended.get(person) ?? []), report]);
  process.send?.({ person, is } satisfies CallNotice);
}
