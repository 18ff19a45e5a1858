import { PACKET_MS, SILENCE_PACKET } from "../audio/opus-packet.ts";
import { OpusPcm } from "../audio/opus-pcm.ts";
import { PCM_RATE, PcmFrames } from "../audio/pcm-frames.ts";
import type { AudioReflection, ReflectedFrames } from "./audio-reflection.ts";

/** One direction: packets in, frames out. The decoder is loaded when it is first needed. */
class DecodedStream {
  readonly #frames: PcmFrames;
  #pcm: OpusPcm | undefined;

  constructor(whole: (base64: string) => void) {
    this.#frames = new PcmFrames(whole);
  }

  add(opus: Uint8Array): void {
    if (opus === SILENCE_PACKET) {
      this.#frames.addSilence(PACKET_MS);
      return;
    }
    this.#pcm ??= new OpusPcm(PCM_RATE);
    const samples = this.#pcm.decode(opus);
    if (samples !== undefined) {
      this.#frames.add(samples);
    }
  }

  clear(): void {
    this.#frames.clear();
  }

  close(): void {
    this.#pcm?.close();
  }
}

/** Reflects packets of opus, decoded. While nobody listens, nothing is decoded. */
export class PacketReflection implements AudioReflection {
  readonly #input: DecodedStream;
  readonly #output: DecodedStream;
  #isHeard = false;

  constructor(frames: ReflectedFrames) {
    this.#input = new DecodedStream((base64) => frames.input(base64));
    this.#output = new DecodedStream((base64) => frames.output(base64));
  }

  received(opus: Uint8Array): void {
    if (this.#isHeard) {
      this.#input.add(opus);
    }
  }

  sent(opus: Uint8Array): void {
    if (this.#isHeard) {
      this.#output.add(opus);
    }
  }

  candidateSpeaks(): void {}

  listen(isHeard: boolean): void {
    this.#isHeard = isHeard;
    this.#input.clear();
    this.#output.clear();
  }

  close(): void {
    this.#isHeard = false;
    this.#input.close();
    this.#output.close();
  }
}
