// @vitest-environment happy-dom
import { AudioVisualizer, type DrawSound, LevelMeter, useAudioVisualization } from "@interview-proxy/react";
import { Profiler, type ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { fakeSound, fakeStream } from "./fake-sound.ts";
import { fakeTime } from "./fake-time.ts";
import { mount } from "./mount.tsx";

test("nothing renders while it draws, twenty-five times a second", async () => {
  fakeSound();
  const time = fakeTime();
  const stream = fakeStream();
  const [draw, onRender] = [vi.fn<DrawSound<HTMLDivElement>>(), vi.fn<() => void>()];
  await mount(
    <Profiler id="sound" onRender={onRender}>
      <Drawing stream={stream} draw={draw} />
      <LevelMeter label="You" stream={stream} />
      {(["bars", "wave", "orb"] as const).map((shape) => (
        <AudioVisualizer key={shape} stream={stream} shape={shape} />
      ))}
    </Profiler>,
  );
  const [renders, drawn] = [onRender.mock.calls.length, draw.mock.calls.length];
  time.pass(10_000);
  expect(onRender.mock.calls.length - renders).toBe(0);
  expect(draw.mock.calls.length - drawn).toBe(250);
});

test("the drawing hears the stream, and silence once that is gone", async () => {
  const sound = fakeSound();
  const time = fakeTime();
  const levels: number[] = [];
  const draw: DrawSound<HTMLDivElement> = (_element, { level }) => void levels.push(level());
  const mounted = await mount(<Drawing stream={fakeStream()} draw={draw} />);
  sound.amplitude = 1;
  time.pass(50);
  expect(levels.at(-1)).toBe(1);
  await mounted.show(<Drawing stream={undefined} draw={draw} />);
  expect(levels.at(-1)).toBe(0);
  expect(time.timers()).toBe(0);
  expect(sound.open()).toBe(0);
});

test("getLevel reads the sound at any time, and is the same function in every render", async () => {
  const sound = fakeSound();
  const read: (() => number)[] = [];
  const stream = fakeStream();
  const mounted = await mount(<Drawing stream={stream} onGetLevel={(getLevel) => read.push(getLevel)} />);
  await mounted.show(<Drawing stream={stream} onGetLevel={(getLevel) => read.push(getLevel)} />);
  expect(new Set(read.slice(-2)).size).toBe(1);
  sound.amplitude = 1;
  expect(read.at(-1)?.()).toBe(1);
  await mounted.unmount();
  expect(read.at(-1)?.()).toBe(0);
});

test("it rests while the page is hidden, and goes on when it is back", async () => {
  fakeSound();
  const time = fakeTime();
  await mount(<AudioVisualizer stream={fakeStream()} />);
  expect(time.timers()).toBe(1);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(time.timers()).toBe(0);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(time.timers()).toBe(1);
});

test("it rests while it is out of sight", async () => {
  fakeSound();
  const time = fakeTime();
  const seen: ((isIntersecting: boolean) => void)[] = [];
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(tell: (entries: readonly { isIntersecting: boolean }[]) => void) {
        seen.push((isIntersecting) => tell([{ isIntersecting }]));
      }
      observe() {}
      disconnect() {}
    },
  );
  await mount(<AudioVisualizer stream={fakeStream()} />);
  seen.at(-1)?.(false);
  expect(time.timers()).toBe(0);
  seen.at(-1)?.(true);
  expect(time.timers()).toBe(1);
});

test("where less motion is asked for, it draws four times a second, and says so", async () => {
  fakeSound();
  const time = fakeTime();
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(prefers-reduced-motion: reduce)" }));
  const draw = vi.fn<DrawSound<HTMLDivElement>>();
  await mount(<Drawing stream={fakeStream()} draw={draw} />);
  const drawn = draw.mock.calls.length;
  time.pass(10_000);
  expect(draw.mock.calls.length - drawn).toBe(40);
  expect(draw.mock.lastCall?.[3]).toBe(true);
});

test("a meter shows the level, and tells screen readers at most twice a second", async () => {
  const sound = fakeSound();
  const time = fakeTime();
  const { container } = await mount(<LevelMeter label="You" stream={fakeStream()} />);
  const meter = container.querySelector('[role="meter"]');
  const told: (string | null | undefined)[] = [];
  for (let frame = 0; frame < 60; frame += 1) {
    sound.amplitude = 10 ** (-(frame % 10) / 10);
    time.pass(50);
    const value = meter?.getAttribute("aria-valuenow");
    if (value !== told.at(-1)) told.push(value);
  }
  expect(told.length).toBeGreaterThan(2);
  expect(told.length).toBeLessThanOrEqual(6);
  expect(meter?.getAttribute("aria-valuetext")).toBe("speaking");
  sound.amplitude = 0;
  time.pass(4_000);
  expect(container.querySelector<HTMLElement>(".level-meter-fill")?.style.transform).toBe("scaleX(0.000)");
  expect(meter?.getAttribute("aria-valuenow")).toBe("0");
  expect(meter?.getAttribute("aria-valuetext")).toBe("quiet");
});

interface DrawingProps {
  readonly stream: MediaStream | undefined;
  readonly draw?: DrawSound<HTMLDivElement>;
  readonly onGetLevel?: (getLevel: () => number) => void;
}

function Drawing({ stream, draw, onGetLevel }: DrawingProps): ReactElement {
  const { ref, getLevel } = useAudioVisualization<HTMLDivElement>(stream, draw);
  onGetLevel?.(getLevel);
  return <div ref={ref} />;
}
