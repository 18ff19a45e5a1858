import { createAudioLevelMeter } from "@interview-proxy/client";
import { describe, expect, test } from "vitest";
import { FakeAudioContext } from "./fakes/fake-audio-context.ts";
import { FakeStream, FakeTrack } from "./fakes/fake-media.ts";

class Sounds {
  readonly made: FakeAudioContext[] = [];
  state = "running";

  meter() {
    return createAudioLevelMeter(new FakeStream([new FakeTrack()]) as unknown as MediaStream, () => {
      const context = Object.assign(new FakeAudioContext(), { state: this.state });
      this.made.push(context);
      return context as unknown as AudioContext;
    });
  }
}

describe("a level meter", () => {
  test.each([
    [0, 0],
    [0.000_1, 0],
    [0.031_62, 0.5],
    [1, 1],
  ])("reads %d of full scale as %d", (sample, level) => {
    const sounds = new Sounds();
    const meter = sounds.meter();
    Object.assign(sounds.made[0] ?? {}, { sample });
    expect(meter.level()).toBeCloseTo(level, 3);
    meter.close();
  });

  test("tells bands apart, from low to high", () => {
    const sounds = new Sounds();
    const meter = sounds.meter();
    const tone = 1_000;
    Object.assign(sounds.made[0] ?? {}, { spectrum: (hz: number) => (Math.abs(hz - tone) < 60 ? -20 : -120) });
    const bands = new Float32Array(10);
    meter.bands(bands);
    // 80 Hz to 8 kHz in ten steps: the sixth is from 800 to 1268 Hz.
    expect([...bands]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    meter.close();
  });

  test("has no band without a reading, however many there are", () => {
    const sounds = new Sounds();
    const meter = sounds.meter();
    Object.assign(sounds.made[0] ?? {}, { spectrum: () => -55 });
    const bands = new Float32Array(64);
    meter.bands(bands);
    expect(new Set(bands)).toEqual(new Set([0.5]));
    meter.close();
  });

  test("shows the wave itself, in as many points as are asked for", () => {
    const sounds = new Sounds();
    const meter = sounds.meter();
    Object.assign(sounds.made[0] ?? {}, { sample: -0.5 });
    const wave = new Float32Array(2_000);
    meter.waveform(wave);
    expect(new Set(wave)).toEqual(new Set([-0.5]));
    meter.close();
  });

  test("shares one audio context with the others, which closes with the last of them", () => {
    const sounds = new Sounds();
    const [first, second] = [sounds.meter(), sounds.meter()];
    expect(sounds.made).toHaveLength(1);
    first.close();
    first.close();
    expect(sounds.made[0]?.state).toBe("running");
    second.close();
    expect(sounds.made[0]?.state).toBe("closed");
    sounds.meter().close();
    expect(sounds.made).toHaveLength(2);
  });

  test("wakes an audio context that was made before the first gesture", () => {
    const sounds = new Sounds();
    sounds.state = "suspended";
    const meter = sounds.meter();
    expect(sounds.made[0]).toMatchObject({ state: "running", resumed: 1 });
    meter.close();
  });
});
