import { OpusDecoder } from "opus-decoder";
import type { AudioLevel } from "./rtp.ts";

const SILENT: AudioLevel = 127;

/** Measures the loudness of opus packets whose sender does not state it (GStreamer, for one). */
export interface DecodedLevel {
  /** The packet's level; `undefined` while the decoder is still loading (about 30 ms) or where it cannot decode. */
  measure(opus: Uint8Array): AudioLevel | undefined;
  /** Frees the decoder's memory. */
  close(): void;
}

/** Starts a decoder of its own for one call: opus packets depend on their predecessors. */
export function createDecodedLevel(): DecodedLevel {
  const decoder = new OpusDecoder({ channels: 1, sampleRate: 16000 });
  let state: "loading" | "ready" | "closed" = "loading";
  void load();
  async function load(): Promise<void> {
    try {
      await decoder.ready;
    } catch {
      // Without a decoder the call goes on, and its client is not heard.
      state = "closed";
      return;
    }
    if (state === "closed") {
      decoder.free();
    } else {
      state = "ready";
    }
  }
  return {
    measure(opus) {
      if (state !== "ready" || opus.length === 0) {
        return undefined;
      }
      const { channelData, samplesDecoded } = decoder.decodeFrame(opus);
      return samplesDecoded > 0 && channelData[0] !== undefined ? levelOf(channelData[0]) : undefined;
    },
    close() {
      if (state === "ready") {
        decoder.free();
      }
      state = "closed";
    },
  };
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
