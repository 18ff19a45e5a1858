import { onTestFinished, vi } from "vitest";

/** Audio contexts of the page, whose sound a test sets. */
export interface FakeSound {
  /** Of all that is heard, 0 to 1, full scale. */
  amplitude: number;
  /** Contexts made so far, and those that are not closed. */
  readonly made: () => number;
  readonly open: () => number;
}

/** Gives the page audio contexts, until the test is over. */
export function fakeSound(): FakeSound {
  let made = 0;
  let open = 0;
  const sound = { amplitude: 0, made: () => made, open: () => open };
  class FakeAudioContext {
    state = "running";
    sampleRate = 48_000;

    constructor() {
      made += 1;
      open += 1;
    }

    createAnalyser() {
      return {
        fftSize: 2_048,
        frequencyBinCount: 512,
        getFloatTimeDomainData: (target: Float32Array) => target.fill(sound.amplitude),
        getFloatFrequencyData: (target: Float32Array) => target.fill(20 * Math.log10(sound.amplitude)),
      };
    }

    createMediaStreamSource() {
      return { connect: () => undefined, disconnect: () => undefined };
    }

    async close() {
      if (this.state === "running") open -= 1;
      this.state = "closed";
    }
  }
  vi.stubGlobal("AudioContext", FakeAudioContext);
  onTestFinished(() => void vi.unstubAllGlobals());
  return sound;
}

/** A stream that is only ever handed on. */
export function fakeStream(): MediaStream {
  return {} as unknown as MediaStream;
}
