// A simulator of calls without media, in a process of its own, that notes when it sent what makes each turn final.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type SimulatorEvent, startSimulator } from "openai-voice-simulator";
import { interviewOf, WORDS_PER_SECOND } from "./interview-of.ts";
import { indexOfOffer } from "./load-offer.ts";
import { monotonicMs } from "./one-core.ts";

/** What a simulator found in the time since it was told to begin. */
export interface SimulatorReport {
  /** Events it sent to sidebands. */
  readonly events: number;
  /** How late its timers were, in milliseconds, 99th percentile. */
  readonly timerLatenessP99Ms: number;
  /** When each turn became final, in milliseconds of the monotonic clock, by the index of the call's offer. */
  readonly finalAt: Readonly<Record<number, readonly number[]>>;
}

/** Longer than any run. */
const FOR_EVER_MS = 2 ** 31 - 1;

const TIMER_MS = 10;

interface FinalTimes {
  readonly interviewer: number[];
  readonly candidate: number[];
}

const times = new Map<string, FinalTimes>();
const simulator = await startSimulator({
  media: "none",
  wordsPerSecond: WORDS_PER_SECOND,
  script: interviewOf(Number(process.argv[2])),
  maxCalls: 10_000,
  maxLoggedEvents: 0,
});
let events = 0;
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

function note({ callId, direction, type }: SimulatorEvent): boolean {
  if (direction === "server") events += 1;
  if (type === "output_audio_buffer.stopped") timesOf(callId).interviewer.push(monotonicMs());
  if (type === "conversation.item.input_audio_transcription.completed") timesOf(callId).candidate.push(monotonicMs());
  return false;
}

function timesOf(callId: string): FinalTimes {
  let found = times.get(callId);
  if (found === undefined) times.set(callId, (found = { interviewer: [], candidate: [] }));
  return found;
}

function report(): SimulatorReport {
  delay.disable();
  const finalAt = simulator
    .liveCalls()
    .map(({ id, request }) => [indexOfOffer(request.offerSdp), inOrder(timesOf(id))]);
  const timerLatenessP99Ms = delay.percentile(99) / 1e6 - TIMER_MS;
  return { events, timerLatenessP99Ms, finalAt: Object.fromEntries(finalAt) as SimulatorReport["finalAt"] };
}

/** The two speak in turn, and no turn is final before the one that it answers. */
function inOrder({ interviewer, candidate }: FinalTimes): number[] {
  let latest = 0;
  return interviewer
    .flatMap((at, index) => [at, ...candidate.slice(index, index + 1)])
    .map((at) => (latest = Math.max(latest, at)));
}
