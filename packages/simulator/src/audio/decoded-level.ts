import type { AudioLevel } from "./rtp.ts";
import { OpusPcm } from "./opus-pcm.ts";

const SILENT: AudioLevel = 127;

/** Measures the loudness of opus packets whose sender does not state it (GStreamer, for one). */
export class DecodedLevel {
  readonly #pcm = new OpusPcm(16_000);

  /** The packet's level; `undefined` while the decoder is still loading or where it cannot decode. */
  measure(opus: Uint8Array): AudioLevel | undefined {
    const samples = this.#pcm.decode(opus);
    return samples && levelOf(samples);
  }

  /** Frees the decoder's memory. */
  close(): void {
    this.#pcm.close();
  }
}

/** RFC 6464, section 3: root mean square relative to the overload point, in −dB. */
function levelOf(samples: Float32Array): AudioLevel {
  let sum = 0;
  for (const sample of samples) {
    sum += sample * sample;
  }
  const db = 10 * Math.log10(sum / samples.length);
  return Math.round(Math.min(SILENT, Math.max(0, -db)));
}
