import { OpusDecoder } from "opus-decoder";

/** What opus decodes to without a resampler of our own. */
type SampleRate = 16_000 | 24_000;

/** Decodes one stream of opus packets, to one channel. Each stream has its own: packets depend on their predecessors. */
export class OpusPcm {
  readonly #decoder: OpusDecoder<SampleRate>;
  #state: "loading" | "ready" | "closed" = "loading";

  constructor(sampleRate: SampleRate) {
    this.#decoder = new OpusDecoder({ channels: 1, sampleRate });
    void this.#load();
  }

  /** A packet's samples; `undefined` while the decoder is still loading (about 30 ms) or where it cannot decode. */
  decode(opus: Uint8Array): Float32Array | undefined {
    if (this.#state !== "ready" || opus.length === 0) {
      return undefined;
    }
    const { channelData, samplesDecoded } = this.#decoder.decodeFrame(opus);
    return samplesDecoded > 0 ? channelData[0] : undefined;
  }

  /** Frees the decoder's memory. */
  close(): void {
    if (this.#state === "ready") {
      this.#decoder.free();
    }
    this.#state = "closed";
  }

  async #load(): Promise<void> {
    try {
      await this.#decoder.ready;
    } catch {
      // Without a decoder the call goes on, and its client is not heard.
      this.#state = "closed";
      return;
    }
    if (this.#state === "closed") {
      this.#decoder.free();
    } else {
      this.#state = "ready";
    }
  }
}
