import { expect, onTestFinished, test } from "vitest";
import { pause } from "../../src/pause.ts";
import { faultOf, wordsOf } from "../long-runs/comparison.ts";
import { begin, end, type HeldInterview, PATIENCE_MS, SPEED, untilAllIsSpoken } from "../long-runs/interviews.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { GHOST_TURNS, ghostEvent, LAST_EVENT, READ_EVENTS, WRONG_FIELDS } from "./hostile-events.ts";
import type { Said } from "./said-by-simulator.ts";
import type { Frames, WireEvent } from "./provider-relay.ts";
import { relayWith } from "./sideband-relay.ts";
import { startProxy } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

/** In the middle of the words of a line, at the speed at which they come. */
const INTERRUPTS_AFTER_MS = asOnRealtime("an interruption") ? 150 : 1500;

const script = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build, and for whom?", candidate: "Engines.", interruptsAfterMs: INTERRUPTS_AFTER_MS },
    { interviewer: "Thank you. Goodbye." },
  ],
};

type Held = Pick<HeldInterview, "said" | "transcribed">;

interface Outcome {
  /** The interview whose sideband was interfered with, and one beside it. */
  readonly troubled: Held;
  readonly quiet: Held;
  /** Unreadable frames, as the log counts them: the last power of ten that it tells. */
  readonly counted: number;
}

/** Holds two interviews side by side; `frames`: what the proxy gets in place of the first one's events. */
async function holdWith(frames: (event: WireEvent, n: number) => Frames): Promise<Outcome> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  let troubledCall: string | undefined;
  let events = 0;
  const proxy = await startProxy({
    clock,
    settings: { IDLE_SECONDS: "3600" },
    simulator: { media: "none", wordsPerSecond: SPEED, script, clock },
    between: relayWith((event, callId) => {
      troubledCall ??= callId;
      return callId === troubledCall ? frames(event, ++events) : event;
    }),
  });
  const spoken = untilAllIsSpoken(proxy.simulator, 2 * script.turns.length);
  const interviews = [await begin(proxy, "ada"), await begin(proxy, "eve")];
  await spoken;
  await pause(clock, PATIENCE_MS);
  const held = new Map<string, Held>();
  for (const interview of interviews) held.set(interview.callId, await end(proxy, interview));
  await proxy.close();
  const troubled = held.get(troubledCall ?? "");
  held.delete(troubledCall ?? "");
  const [quiet] = held.values();
  if (troubled === undefined || quiet === undefined) throw new Error("An interview is missing.");
  return { troubled, quiet, counted: lastCount(proxy.logLines) };
}

function lastCount(logLines: readonly string[]): number {
  const counts = logLines.flatMap((line) => (JSON.parse(line) as { unreadable?: number }).unreadable ?? []);
  return counts.at(-1) ?? 0;
}

function text(event: WireEvent): string {
  return JSON.stringify(event);
}

/** Around every tenth event, so that a MiB here and there does not take all day; or as often where events are fewer. */
const RARELY = asOnRealtime("the words of a line") ? 10 : 3;

const MIB = 1024 * 1024;

const nested = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;

const junk: [name: string, frames: Frames, counted: boolean][] = [
  ["broken JSON", ["", "{", '{"type":', "null", "7", "[]", '"type"', "{}", '{"type":null}', "\u0000"], true],
  ["known events with nothing in them", READ_EVENTS.map((type) => JSON.stringify({ type })), true],
  [
    "known events with fields of wrong types",
    READ_EVENTS.map((type) => JSON.stringify({ type, ...WRONG_FIELDS })),
    true,
  ],
  ["binary frames", [Buffer.alloc(0), Buffer.from([0xff, 0xfe, 0]), Buffer.alloc(4096, 0x7b)], true],
  ["frames of more than a MiB", [`{"type":"x","pad":"${"x".repeat(MIB)}"}`], true],
  [
    "deep nesting",
    [nested, ...READ_EVENTS.map((type) => `{"type":"${type}","response":${nested},"delta":${nested}}`)],
    true,
  ],
  [
    "unknown events, and names of prototypes",
    ["of.next.year", "__proto__", "constructor", "toString", "hasOwnProperty"].flatMap((type) => [
      JSON.stringify({ type, item_id: "item_1" }),
      `{"__proto__":{"type":"${LAST_EVENT}"},"type":"${type}"}`,
    ]),
    false,
  ],
];

test.each(junk)("%s among the events costs no turn of any interview", async (_name, frames, isCounted) => {
  const { troubled, quiet, counted } = await holdWith((event, n) => [...(n % RARELY === 0 ? frames : []), text(event)]);
  expect(troubled.transcribed).toEqual(troubled.said);
  expect(quiet.transcribed).toEqual(quiet.said);
  expect(troubled.said.length).toBeGreaterThanOrEqual(5);
  expect(counted > 0).toBe(isCounted);
});

test("a frame that is larger than any costs the connection, and what it hides is asked for", async () => {
  const huge = `{"type":"x","pad":"${"x".repeat(20 * MIB)}"}`;
  const { troubled, quiet } = await holdWith((event, n) => [...(n === 4 * RARELY ? [huge] : []), text(event)]);
  expect(faultOf({ ...troubled, events: 0, cuts: ["in the middle"] })).toBeUndefined();
  expect(quiet.transcribed).toEqual(quiet.said);
});

test("a flood of events about items that nobody knows costs no turn", { timeout: 60_000 }, async () => {
  let ghosts = 0;
  const flood = (): Frames => Array.from({ length: 500 }, () => JSON.stringify(ghostEvent(++ghosts)));
  const { troubled, quiet } = await holdWith((event, n) => [...(n % RARELY === 0 ? flood() : []), text(event)]);
  expect(ghosts).toBeGreaterThan(3000);
  expect(quiet.transcribed).toEqual(quiet.said);
  expect(troubled.transcribed.slice(0, troubled.said.length)).toEqual(troubled.said);
  const rest = troubled.transcribed.slice(troubled.said.length);
  expect(new Set(rest.map(([role, status]) => `${role} ${status}`))).toEqual(new Set(GHOST_TURNS));
  expect(rest.length).toBeLessThanOrEqual(1000);
});

test("events that come twice are one", async () => {
  const { troubled } = await holdWith((event) => [text(event), text(event)]);
  expect(troubled.transcribed).toEqual(troubled.said);
});

test.each([2, 3, 5])("every %i-th event behind the next one costs no turn", async (every) => {
  let late: string | undefined;
  const { troubled } = await holdWith((event, n) => {
    const [before, now] = [late, text(event)];
    late = before === undefined && n % every === 0 ? now : undefined;
    return late === undefined ? [now, ...(before === undefined ? [] : [before])] : [];
  });
  // An event that waits for the next one may wait for as long as what parts two turns where that is told by time.
  const compared = asOnRealtime("where a turn begins and ends") ? (turns: readonly Said[]) => turns : wordsOf;
  expect(compared(troubled.transcribed)).toEqual(compared(troubled.said));
});
