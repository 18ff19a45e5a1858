// A simulator of calls without media, in a process of its own, that notes when it sent what makes each turn final.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type SimulatorEvent, startSimulator } from "openai-voice-simulator";
import { interviewOf, type SpokenTurn, WORDS_PER_SECOND } from "./interview-of.ts";
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

interface NotedTurns {
  readonly finalAt: Readonly<Record<SpokenTurn["role"], number[]>>;
  /** By the ids of their items, in the order of the conversation. */
  readonly turns: Map<string, { readonly role: SpokenTurn["role"]; text: string | undefined }>;
  readonly attachedAt: number[];
}

const notes = new Map<string, NotedTurns>();
const simulator = await startSimulator({
  media: "none",
  wordsPerSecond: Number(process.argv[3] ?? WORDS_PER_SECOND),
  script: interviewOf(Number(process.argv[2])),
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

function note({ callId, direction, type, event }: SimulatorEvent): boolean {
  if (direction === "server") events += 1;
  const { finalAt, turns, attachedAt } = notesOf(callId);
  switch (type) {
    case "call.sideband_attached":
      attachedAt.push(monotonicMs());
      break;
    case "call.ended":
      ended += 1;
      break;
    case "conversation.item.added": {
      const { id, role } = (event as { item: Item }).item;
      turns.set(id, { role: role === "assistant" ? "interviewer" : "candidate", text: undefined });
      break;
    }
    case "output_audio_buffer.stopped":
    case "output_audio_buffer.cleared":
      finalAt.interviewer.push(monotonicMs());
      break;
    case "response.done":
      for (const { id, content = [] } of (event as ResponseDone).response.output)
        learn(turns, id, content[0]?.transcript ?? "");
      break;
    case "conversation.item.input_audio_transcription.completed": {
      const { item_id, transcript } = event as { item_id: string; transcript: string };
      finalAt.candidate.push(monotonicMs());
      learn(turns, item_id, transcript);
    }
  }
  return false;
}

interface Item {
  readonly id: string;
  readonly role: "assistant" | "user";
  readonly content?: readonly { readonly transcript?: string }[];
}

interface ResponseDone {
  readonly response: { readonly output: readonly Item[] };
}

function learn(turns: NotedTurns["turns"], itemId: string, text: string): void {
  const turn = turns.get(itemId);
  if (turn !== undefined) turn.text = text;
}

function notesOf(callId: string): NotedTurns {
  let found = notes.get(callId);
  if (found === undefined) {
    found = { finalAt: { interviewer: [], candidate: [] }, turns: new Map(), attachedAt: [] };
    notes.set(callId, found);
  }
  return found;
}

function report(): SimulatorReport {
  delay.disable();
  const calls = simulator
    .liveCalls()
    .map(({ id, request }) => ({ index: indexOfOffer(request.offerSdp), ...inOrder(notesOf(id)) }));
  return {
    events,
    timerLatenessP99Ms: delay.percentile(99) / 1e6 - TIMER_MS,
    finalAt: Object.fromEntries(calls.map(({ index, finalAt }) => [index, finalAt])),
    said: Object.fromEntries(calls.map(({ index, said }) => [index, said])),
    attachedAt: Object.fromEntries(calls.map(({ index, attachedAt }) => [index, attachedAt])),
    ended,
  };
}

/** The two speak in turn, and no turn is final before the one that it answers. */
function inOrder({ finalAt, turns, attachedAt }: NotedTurns) {
  let latest = 0;
  const times = finalAt.interviewer
    .flatMap((at, index) => [at, ...finalAt.candidate.slice(index, index + 1)])
    .map((at) => (latest = Math.max(latest, at)));
  const said: SpokenTurn[] = [];
  for (const { role, text } of turns.values()) {
    // A question may be generated before the answer ahead of it is transcribed.
    if (text === undefined) break;
    said.push({ role, text });
  }
  return { finalAt: times, said: said.slice(0, times.length), attachedAt };
}
