// A simulator of calls without media, in a process of its own, that notes when it sent what makes each turn final.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type SimulatorEvent, startSimulator } from "openai-voice-simulator";
import { interviewOf, type SpokenTurn, WORDS_PER_SECOND } from "./interview-of.ts";
import { LiveTurns } from "./live-turns.ts";
import { indexOfOffer } from "../processes/load-offer.ts";
import type { NotedTurns } from "./noted-turns.ts";
import { monotonicMs } from "../processes/one-core.ts";
import { RealtimeTurns } from "./realtime-turns.ts";

/** What a simulator found in the time since it was told to begin. */
export interface SimulatorReport {
  /** Events it sent to sidebands. */
  readonly events: number;
  /** How late its timers were, in milliseconds, 99th percentile. */
  readonly timerLatenessP99Ms: number;
  /** When each turn became final, in milliseconds of the monotonic clock, by the index of the call's offer. */
  readonly finalAt: Readonly<Record<number, readonly number[]>>;
  /**
   * What was said in those turns. Not always the script: an interviewer whose words are generated late, because the
   * process has too little of a core, is interrupted by the candidate.
   */
  readonly said: Readonly<Record<number, readonly SpokenTurn[]>>;
  /** When a sideband was attached to each call, in milliseconds of the monotonic clock. */
  readonly attachedAt: Readonly<Record<number, readonly number[]>>;
  /** Calls that have ended. */
  readonly ended: number;
}

/** Longer than any run. */
const FOR_EVER_MS = 2 ** 31 - 1;

const TIMER_MS = 10;

interface NotedCall {
  readonly turns: NotedTurns;
  readonly attachedAt: number[];
}

const [exchanges, wordsPerSecond = WORDS_PER_SECOND, api = "realtime", mirrored] = process.argv.slice(2);
const notes = new Map<string, NotedCall>();
const simulator = await startSimulator({
  media: "none",
  wordsPerSecond: Number(wordsPerSecond),
  script: interviewOf(Number(exchanges)),
  mirroredAudio: mirrored === "mirrored",
  maxCalls: 10_000,
  maxLoggedEvents: 0,
});
let events = 0;
let ended = 0;
const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
// Waiting in vain is looking on: every event of every call passes here just before it is sent.
simulator.waitFor(note, { timeoutMs: FOR_EVER_MS }).catch(() => undefined);

process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  if (message === "begin") {
    events = 0;
    delay.enable();
  } else {
    process.send?.(report());
  }
});
process.send?.(simulator.baseUrl);

function note(event: SimulatorEvent): boolean {
  if (event.direction === "server") events += 1;
  const { turns, attachedAt } = notesOf(event.callId);
  if (event.type === "call.sideband_attached") attachedAt.push(monotonicMs());
  if (event.type === "call.ended") ended += 1;
  turns.take(event);
  return false;
}

function notesOf(callId: string): NotedCall {
  let found = notes.get(callId);
  if (found === undefined) {
    found = { turns: api === "live" ? new LiveTurns() : new RealtimeTurns(), attachedAt: [] };
    notes.set(callId, found);
  }
  return found;
}

function report(): SimulatorReport {
  delay.disable();
  const calls = simulator.liveCalls().map(({ id, request }) => {
    const { turns, attachedAt } = notesOf(id);
    return { index: indexOfOffer(request.offerSdp), ...turns.inOrder(), attachedAt };
  });
  return {
    events,
    timerLatenessP99Ms: delay.percentile(99) / 1e6 - TIMER_MS,
    finalAt: Object.fromEntries(calls.map(({ index, finalAt }) => [index, finalAt])),
    said: Object.fromEntries(calls.map(({ index, said }) => [index, said])),
    attachedAt: Object.fromEntries(calls.map(({ index, attachedAt }) => [index, attachedAt])),
    ended,
  };
}
