import { FakeStream, FakeTrack } from "./fake-media.ts";

/** An audio context in which a test makes the sounds. */
export class FakeAudioContext {
  state = "running";
  readonly sampleRate = 48_000;
  resumed = 0;
  /** Every sample of every stream; 1 is full scale. */
  sample = 0;
  /** Decibels of each bin of frequency, by the frequency where it begins, in hertz. */
  spectrum: (hz: number) => number = () => Number.NEGATIVE_INFINITY;
  /** Tones that were started. */
  tones = 0;

  createAnalyser(): object {
    const analyser = {
      fftSize: 2048,
      get frequencyBinCount() {
        return analyser.fftSize / 2;
      },
      getFloatTimeDomainData: (target: Float32Array) => void target.fill(this.sample),
      getFloatFrequencyData: (target: Float32Array) => {
        for (const bin of target.keys()) target[bin] = this.spectrum((bin * this.sampleRate) / analyser.fftSize);
      },
    };
    return analyser;
  }

  createMediaStreamSource(): object {
    return { connect() {}, disconnect() {} };
  }

  createMediaStreamDestination(): object {
    return { stream: new FakeStream([new FakeTrack()]) };
  }

  createGain(): object {
    return { gain: { value: 1 }, connect: (next: unknown) => next };
  }

  createOscillator(): object {
    return {
      frequency: { value: 0 },
      connect: (next: unknown) => next,
      disconnect() {},
      start: () => void (this.tones += 1),
    };
  }

  resume(): Promise<void> {
    this.resumed += 1;
    this.state = "running";
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.state = "closed";
    return Promise.resolve();
  }
}
