import type { Pacer } from "../audio/pacer.ts";
import { Playout } from "../audio/playout.ts";
import { RtpWriter } from "../audio/rtp-writer.ts";
import type { Offer } from "../peer/offer.ts";
import type { Peer } from "../peer/peer.ts";
import { IncomingAudio } from "./incoming-audio.ts";
import type { LineFactory, LineListener, MediaLine } from "./media-line.ts";

/** Lines whose voices are RTP packets, all sent by one pacer. */
export function createRtpLines(pacer: Pacer): LineFactory {
  return (offer, listener) => new RtpLine(pacer, offer, listener);
}

class RtpLine implements MediaLine {
  readonly output: Playout;
  readonly hasPackets = true;
  packetsSent = 0;
  readonly #pacer: Pacer;
  readonly #incoming: IncomingAudio;
  readonly #payloadType: number;
  #route: { readonly peer: Peer; readonly writer: RtpWriter } | undefined;
  #isSilenced = false;

  constructor(pacer: Pacer, offer: Offer, listener: LineListener) {
    this.#pacer = pacer;
    this.#payloadType = offer.opusPayloadType;
    this.output = new Playout((opus, marker) => {
      listener.packetSent(opus);
      this.#send(opus, marker);
    }, listener);
    this.#incoming = new IncomingAudio(offer.audioLevelId, listener);
  }

  get packetsReceived(): number {
    return this.#incoming.packets;
  }

  usePeer(peer: Peer): void {
    this.#route = { peer, writer: new RtpWriter(this.#payloadType, peer.ssrc) };
  }

  connected(): void {
    this.#pacer.add(this.output);
  }

  receive(packet: Buffer): void {
    this.#incoming.take(packet);
  }

  /** A real candidate speaks unasked. */
  seeded(): void {}

  silence(): void {
    this.#isSilenced = true;
  }

  close(): void {
    this.#pacer.remove(this.output);
    this.#incoming.close();
  }

  #send(opus: Uint8Array, marker: boolean): void {
    if (this.#isSilenced || this.#route === undefined) {
      return;
    }
    const { peer, writer } = this.#route;
    if (peer.sendRtp(writer.write(opus, marker))) {
      this.packetsSent += 1;
    }
  }
}
