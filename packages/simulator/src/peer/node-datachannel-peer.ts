import { randomInt } from "node:crypto";
import { networkInterfaces } from "node:os";
import { Audio, type DataChannel, PeerConnection, type Track } from "node-datachannel";
import { finishAnswer } from "./answer.ts";
import { audioLevelLine, type Offer, OfferError, prepareOffer } from "./offer.ts";
import type { Peer, PeerListener, PeerOptions } from "./peer.ts";

/** Gathering host addresses takes milliseconds; more than this and something is wrong with the machine's network. */
const GATHERING_TIMEOUT_MS = 5000;

/** A channel whose reader has stopped must not pile up events without end. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** As OpenAI answers. */
const OPUS_PARAMETERS = "minptime=10;useinbandfec=1";
const STREAM_ID = "realtimeapi";
const TRACK_ID = "audio";

/** Answers an offer with libdatachannel. */
export async function createNodeDataChannelPeer(
  offer: Offer,
  options: PeerOptions,
  listener: PeerListener,
): Promise<Peer> {
  const peer = new NodeDataChannelPeer(listener);
  try {
    await peer.answer(offer, options);
    return peer;
  } catch (error) {
    peer.close();
    throw error;
  }
}

class NodeDataChannelPeer implements Peer {
  readonly ssrc = randomInt(1, 2 ** 32 - 1);
  readonly canBeLost = true;
  answerSdp = "";
  readonly #connection = new PeerConnection("simulator", {
    iceServers: [],
    disableAutoNegotiation: true,
    // The stack passes over the loopback unless it is bound to it, and would have no address at all.
    ...(isOffline() && { bindAddress: "127.0.0.1" }),
  });
  readonly #listener: PeerListener;
  // Kept although hardly used: the binding closes what the garbage collector takes.
  #track: Track | undefined;
  #channel: DataChannel | undefined;
  #channelIsOpen = false;
  #isConnected = false;
  #isClosed = false;
  #gatheringTimer: NodeJS.Timeout | undefined;
  #failGathering: (() => void) | undefined;

  constructor(listener: PeerListener) {
    this.#listener = listener;
  }

  async answer(offer: Offer, options: PeerOptions): Promise<void> {
    this.#connection.onStateChange((state) => this.#stateChanged(state));
    this.#connection.onDataChannel((channel) => this.#useChannel(channel));
    try {
      this.#connection.setRemoteDescription(prepareOffer(offer.sdp, options.dtlsRole), "offer");
      this.#addTrack(offer);
      if (offer.hasDataChannel && options.negotiatedChannelId !== undefined) {
        const config = { negotiated: true, id: options.negotiatedChannelId };
        this.#useChannel(this.#connection.createDataChannel("", config));
      }
      this.#connection.setLocalDescription("answer");
    } catch {
      // The stack's own words may quote the offer.
      throw new OfferError("the offer cannot be answered");
    }
    await this.#gathered();
    this.answerSdp = finishAnswer(this.#connection.localDescription()?.sdp ?? "");
  }

  sendRtp(packet: Buffer): boolean {
    try {
      return this.#isConnected && this.#track?.sendMessageBinary(packet) === true;
    } catch {
      // The track closes a moment before we are told.
      return false;
    }
  }

  sendText(text: string): boolean {
    try {
      if (!this.#channelIsOpen || this.#channel === undefined || this.#channel.bufferedAmount() > MAX_BUFFERED_BYTES) {
        return false;
      }
      return this.#channel.sendMessage(text);
    } catch {
      return false;
    }
  }

  isReachable(): boolean {
    if (this.#isClosed) {
      return false;
    }
    const state = this.#connection.iceState();
    return state === "connected" || state === "completed";
  }

  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    clearTimeout(this.#gatheringTimer);
    this.#failGathering?.();
    try {
      // One by one: what goes down with its connection is not reported closed, or keeps its listeners.
      this.#channel?.close();
      this.#track?.close();
      this.#connection.close();
    } catch {
      // Nothing is left to close when the other side was faster.
    }
  }

  #addTrack(offer: Offer): void {
    const audio = new Audio(offer.audioMid, offer.answerDirection);
    audio.addOpusCodec(offer.opusPayloadType, OPUS_PARAMETERS);
    // With a stream id: browsers play `event.streams[0]`, which is missing without.
    audio.addSSRC(this.ssrc, STREAM_ID, STREAM_ID, TRACK_ID);
    if (offer.audioLevelId !== undefined) {
      audio.parseSdpLine(audioLevelLine(offer.audioLevelId));
    }
    const track = this.#connection.addTrack(audio);
    this.#track = track;
    track.onOpen(() => this.#connected());
    track.onClosed(ignoreClosing);
    track.onMessage((packet) => {
      if (!this.#isClosed) {
        this.#listener.packet(packet);
      }
    });
  }

  /** The first channel is the one that counts; any label will do. */
  #useChannel(channel: DataChannel): void {
    if (this.#channel !== undefined) {
      return;
    }
    this.#channel = channel;
    channel.onOpen(() => this.#channelOpened());
    channel.onMessage((message) => {
      if (!this.#isClosed && typeof message === "string") {
        this.#listener.text(message);
      }
    });
    channel.onClosed(ignoreClosing);
    if (channel.isOpen()) {
      this.#channelOpened();
    }
  }

  #channelOpened(): void {
    if (!this.#channelIsOpen && !this.#isClosed) {
      this.#channelIsOpen = true;
      this.#listener.channelOpened();
    }
  }

  #connected(): void {
    if (!this.#isConnected && !this.#isClosed) {
      this.#isConnected = true;
      this.#listener.connected();
    }
  }

  #stateChanged(state: string): void {
    if (!this.#isClosed && (state === "closed" || state === "failed")) {
      this.close();
      this.#listener.ended(state === "closed" ? "peer_closed" : "peer_failed");
    }
  }

  #gathered(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#failGathering = () => reject(new OfferError("no address could be gathered"));
      this.#gatheringTimer = setTimeout(this.#failGathering, GATHERING_TIMEOUT_MS);
      this.#connection.onGatheringStateChange((state) => {
        if (state === "complete") {
          clearTimeout(this.#gatheringTimer);
          resolve();
        }
      });
      // Looked at last: the stack works in threads of its own, and tells only those who listen already.
      if (this.#connection.gatheringState() === "complete") {
        clearTimeout(this.#gatheringTimer);
        resolve();
      }
    });
  }
}

/** Without a network the host has no addresses but the loopback's, and perhaps some of the link alone (RFC 4291). */
function isOffline(): boolean {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .every(({ internal, address }) => internal || address.startsWith("fe80:"));
}

/**
 * The binding frees a track or channel, and lets the process end, only once it has reported its closing to a listener
 * (measured with 0.33.4). Nothing else needs to be done then.
 */
function ignoreClosing(): void {}
