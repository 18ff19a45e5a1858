import { expect, onTestFinished, test, vi } from "vitest";
import { LiveBoard } from "../../src/ops/live-board.ts";
import { type FakeEventSource, fakeEventSources } from "./fake-event-source.ts";
import { AT, overview, running } from "./sample-sessions.ts";

const LIST = { type: "sessions", at: AT, sessions: [running("a")], more: false } as const;

test("each event is one change, and events of a newer server are none", () => {
  const { board, stream } = open();
  const onChange = vi.fn<() => void>();
  board.subscribe(onChange);
  stream().tell(LIST);
  stream().tell({ type: "changes", at: AT, changed: [running("b"), running("c")], gone: ["a"], more: false } as never);
  stream().tell({ type: "overview" });
  expect(onChange).toHaveBeenCalledTimes(2);
  expect([...board.getSnapshot().sessions.keys()]).toEqual(["b", "c"]);
});

test("a line that breaks is told, and the browser comes back by itself", () => {
  const { board, streams, stream } = open();
  stream().tell(LIST);
  stream().breakOff("connecting");
  expect(board.getSnapshot().line).toBe("lost");
  expect(board.getSnapshot().sessions.size, "what is known stays in sight").toBe(1);
  stream().tell(LIST);
  expect(board.getSnapshot().line).toBe("live");
  expect(streams).toHaveLength(1);
});

test("a line that is refused is tried again, less and less often, once the sign-in is looked at", async () => {
  const { streams, stream, checkSignIn } = open();
  for (const [round, ms] of [1000, 2000, 4000, 8000, 15_000, 15_000].entries()) {
    stream().breakOff("closed");
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(streams).toHaveLength(round + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(streams).toHaveLength(round + 2);
  }
  expect(checkSignIn).toHaveBeenCalledTimes(6);
  stream().tell(LIST);
  stream().breakOff("closed");
  await vi.advanceTimersByTimeAsync(1000);
  expect(streams, "a line that was there begins anew").toHaveLength(8);
});

test("a line that is silent for long is dead, though nobody closed it", () => {
  const { board, streams, stream } = open();
  stream().tell(LIST);
  vi.advanceTimersByTime(15_000);
  stream().tell(overview());
  vi.advanceTimersByTime(19_999);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(board.getSnapshot().line).toBe("lost");
  expect(streams).toHaveLength(2);
  expect(streams[0]?.readyState).toBe(2);
});

test("a board that is closed, also while it looks at the sign-in, opens nothing and leaves no timer behind", async () => {
  const { board, streams, stream } = open();
  stream().breakOff("closed");
  board.close();
  board.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(streams).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

interface Opened {
  readonly board: LiveBoard;
  readonly streams: readonly FakeEventSource[];
  /** The newest. */
  readonly stream: () => FakeEventSource;
  readonly checkSignIn: () => Promise<void>;
}

function open(): Opened {
  vi.useFakeTimers();
  const streams = fakeEventSources();
  const checkSignIn = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const board = new LiveBoard({ openStream: (address) => new EventSource(address), checkSignIn });
  board.open();
  onTestFinished(() => {
    board.close();
    vi.useRealTimers();
  });
  const stream = (): FakeEventSource => {
    const newest = streams.at(-1);
    if (newest === undefined) throw new Error("There is no stream.");
    return newest;
  };
  return { board, streams, stream, checkSignIn };
}
