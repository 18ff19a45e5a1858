import { onTestFinished, vi } from "vitest";

/** The page's frames, in the hands of a test. */
export interface FakeFrames {
  /** Shows so many, 60 a second. */
  show(frames: number): void;
  /** How many callbacks wait for the next one. */
  readonly waiting: () => number;
}

const FRAME_MS = 1000 / 60;

/** Takes over the page's frames until the test is over. */
export function fakeFrames(): FakeFrames {
  const callbacks = new Map<number, FrameRequestCallback>();
  let lastId = 0;
  // Frames and the page's clock have one time.
  let now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => {
    lastId += 1;
    callbacks.set(lastId, callback);
    return lastId;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => callbacks.delete(id));
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  return {
    waiting: () => callbacks.size,
    show(frames) {
      for (let frame = 0; frame < frames; frame += 1) {
        now += FRAME_MS;
        const due = [...callbacks.values()];
        callbacks.clear();
        for (const callback of due) callback(now);
      }
    },
  };
}
