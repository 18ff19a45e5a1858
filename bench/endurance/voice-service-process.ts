// A simulator of calls without media, in a process of its own, that says of each call that ends what was said in it.
import { type CallReport, startSimulator } from "openai-voice-simulator";
import { type Said, saidAnewIn } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { scriptOf } from "./script.ts";

/** What is said to the parent when a call is made. */
export interface MadeCall {
  /** Names whose call it is. */
  readonly madeFor: string;
}

/** What is said to the parent when one has ended. */
export interface EndedCall {
  /** Names whose call it was. */
  readonly person: string;
  readonly createdAt: number;
  readonly said: readonly Said[];
  /** Of those, where the last ones are: those that were not over when the call was, and the last line of the interviewer. */
  readonly goingOn: readonly number[];
  readonly lastLine: number;
}

export interface LiveCall {
  readonly callId: string;
  readonly person: string;
  readonly createdAt: number;
  readonly sidebands: number;
}

/** The answer to any message. */
export interface LiveCalls {
  readonly live: readonly LiveCall[];
}

/** Longer than any run. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** They are told of at once, and looked for among the last ones. */
const MAX_ENDED_CALLS = 50;

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
      // The report of a call that ends is complete behind this event.
      if (type === "call.ended") setImmediate(() => tell(callId));
      if (type === "call.created") setImmediate(() => tellOfNew(callId));
      return false;
    },
    { timeoutMs: FOR_EVER_MS },
  )
  .catch(() => undefined);

process.on("disconnect", () => process.exit());
process.on("message", () => {
  const live = simulator.liveCalls().map(({ id, safetyIdentifier, createdAt, sidebands }) => ({
    callId: id,
    person: safetyIdentifier ?? "",
    createdAt,
    sidebands,
  }));
  process.send?.({ live } satisfies LiveCalls);
});
process.send?.(simulator.baseUrl);

function tellOfNew(callId: string): void {
  const madeFor = simulator.calls().find(({ id }) => id === callId)?.safetyIdentifier ?? "";
  process.send?.({ madeFor } satisfies MadeCall);
}

function tell(callId: string): void {
  const report = simulator.calls().find(({ id }) => id === callId);
  if (report === undefined) return;
  const { safetyIdentifier, createdAt } = report;
  process.send?.({ person: safetyIdentifier ?? "", createdAt, ...saidUntilTheEnd(report) } satisfies EndedCall);
}

function saidUntilTheEnd(report: CallReport): Pick<EndedCall, "said" | "goingOn" | "lastLine"> {
  const times = (wanted: string): number => report.events.filter(({ type }) => type === wanted).length;
  const said = [...saidAnewIn(report)];
  const of = (role: string): number => said.filter(([whose]) => whose === role).length;
  const linesOver = times("call.interviewer_finished") + times("conversation.item.truncated");
  if (times("call.candidate_started") > of("candidate")) said.push(["candidate", "failed", null, null]);
  const lastLine = said.findLastIndex(([role]) => role === "interviewer");
  const lastAnswer = said.findLastIndex(([role]) => role === "candidate");
  const goingOn = [
    ...(of("interviewer") > linesOver ? [lastLine] : []),
    ...(said[lastAnswer]?.[1] === "failed" ? [lastAnswer] : []),
  ];
  return { said, goingOn, lastLine };
}
