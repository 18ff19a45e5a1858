/** The rate of the PCM that the API reflects: 16 bit, little-endian, mono. */
export const PCM_RATE = 24_000;

/** Length of a frame of PCM, in milliseconds. */
export const FRAME_MS = 100;

const FRAME_SAMPLES = (PCM_RATE * FRAME_MS) / 1000;
const BYTES_PER_SAMPLE = 2;

/** Collects samples, and hands them on in frames of a tenth of a second, as base64. */
export class PcmFrames {
  readonly #whole: (base64: string) => void;
  readonly #frame = Buffer.alloc(FRAME_SAMPLES * BYTES_PER_SAMPLE);
  #filled = 0;

  constructor(whole: (base64: string) => void) {
    this.#whole = whole;
  }

  /** Adds samples from −1 to 1. */
  add(samples: Float32Array): void {
    for (const sample of samples) {
      this.#add(Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff));
    }
  }

  /** Adds silence of so many milliseconds. */
  addSilence(ms: number): void {
    for (let i = 0; i < (PCM_RATE * ms) / 1000; i += 1) {
      this.#add(0);
    }
  }

  /** Forgets what does not fill a frame. */
  clear(): void {
    this.#filled = 0;
  }

  #add(sample: number): void {
    this.#frame.writeInt16LE(sample, this.#filled * BYTES_PER_SAMPLE);
    this.#filled += 1;
    if (this.#filled === FRAME_SAMPLES) {
      this.#filled = 0;
      this.#whole(this.#frame.toString("base64"));
    }
  }
}

/** A frame of a steady tone, or of silence, as base64. */
export function steadyFrame(hertz: number): string {
  const frames: string[] = [];
  const tone = new PcmFrames((base64) => frames.push(base64));
  const samples = Array.from({ length: FRAME_SAMPLES }, (_, i) => 0.1 * Math.sin((2 * Math.PI * hertz * i) / PCM_RATE));
  tone.add(Float32Array.from(samples));
  return frames.join("");
}
