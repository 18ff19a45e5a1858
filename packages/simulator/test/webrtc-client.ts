import { EventEmitter, once } from "node:events";
import { Audio, type DataChannel, PeerConnection, type Track } from "node-datachannel";
import type { Simulator } from "openai-voice-simulator";

const LEVEL_ID = 1;
/** An opus packet of 20 ms of speech-like sound is not needed where a level is stated: silence does. */
const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/**
 * For tests with a client: node-datachannel loses about one in 400 before it has taken the answer (measured with
 * 0.33.4). That is no fault of the simulator, so the test is run again, with a fresh client and a fresh simulator.
 */
export const RETRY_LOST_CLIENT = { retry: { count: 2, condition: /without ICE transport/ } };

export interface ClientOptions {
  readonly dataChannel?: "in_band" | "negotiated" | "none";
  readonly payloadType?: number;
  /** False: no RFC 6464 level is offered. */
  readonly levels?: boolean;
}

export interface ReceivedPacket {
  readonly at: number;
  readonly payload: Buffer;
  readonly timestamp: number;
  readonly sequence: number;
  readonly payloadType: number;
}

/** A client such as a browser, out of node-datachannel. */
export class WebRtcClient {
  readonly packets: ReceivedPacket[] = [];
  readonly events: { type: string; [field: string]: unknown }[] = [];
  readonly connection: PeerConnection;
  readonly #emitter = new EventEmitter();
  readonly #track: Track;
  readonly #channel: DataChannel | undefined;
  readonly #payloadType: number;
  readonly #levels: boolean;
  #sequence = 0;
  #timestamp = 0;
  #talk: NodeJS.Timeout | undefined;

  constructor(options: ClientOptions = {}) {
    this.#payloadType = options.payloadType ?? 111;
    this.#levels = options.levels ?? true;
    this.connection = new PeerConnection("client", {
      iceServers: [],
      bindAddress: "127.0.0.1",
      disableAutoNegotiation: true,
    });
    const audio = new Audio("0", "SendRecv");
    audio.addOpusCodec(this.#payloadType);
    audio.addSSRC(4711, "client", "stream", "track");
    if (this.#levels) {
      audio.parseSdpLine(`a=extmap:${LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level`);
    }
    this.#track = this.connection.addTrack(audio);
    this.#track.onClosed(() => undefined);
    this.#track.onMessage((packet) => this.#receive(packet));
    this.connection.onStateChange((state) => this.#emitter.emit(state));
    const channel = options.dataChannel ?? "in_band";
    if (channel !== "none") {
      const config = channel === "negotiated" ? { negotiated: true, id: 7 } : {};
      this.#channel = this.connection.createDataChannel("any label", config);
      this.#channel.onClosed(() => undefined);
      this.#channel.onMessage((message) => {
        this.events.push(JSON.parse(message as string));
        this.#emitter.emit("event");
      });
    }
    this.connection.setLocalDescription("offer");
  }

  /** The offer, without candidates: the simulator must find the client by itself. */
  get offer(): string {
    const sdp = this.connection.localDescription()?.sdp ?? "";
    return sdp.replace(/a=(candidate:.*|end-of-candidates)\r\n/g, "");
  }

  /** Makes a call and waits until audio can flow. */
  async call(simulator: Pick<Simulator, "baseUrl">, session: object = { type: "realtime" }): Promise<string> {
    const { callId, answer, response } = await createCall(simulator, this.offer, session);
    if (response.status !== 201) {
      throw new Error(`${response.status}: ${answer}`);
    }
    await this.accept(answer);
    return callId;
  }

  async accept(answer: string): Promise<void> {
    const connected = once(this.#emitter, "connected");
    this.connection.setRemoteDescription(answer, "answer");
    await connected;
  }

  async whenClosed(): Promise<void> {
    const state = this.connection.state();
    if (state !== "closed" && state !== "disconnected") {
      await Promise.race([once(this.#emitter, "closed"), once(this.#emitter, "disconnected")]);
    }
  }

  send(event: object): void {
    this.#channel?.sendMessage(JSON.stringify(event));
  }

  sendText(text: string): void {
    this.#channel?.sendMessage(text);
  }

  async event(type: string, nth = 1): Promise<{ type: string; [field: string]: unknown }> {
    for (;;) {
      const found = this.events.filter((event) => event.type === type)[nth - 1];
      if (found !== undefined) {
        return found;
      }
      await once(this.#emitter, "event");
    }
  }

  /** The first packet that is no comfort silence. */
  async speech(): Promise<ReceivedPacket> {
    for (;;) {
      const found = this.packets.find(({ payload }) => !payload.equals(OPUS_SILENCE));
      if (found !== undefined) {
        return found;
      }
      await once(this.#emitter, "packet");
    }
  }

  async packetCount(count: number): Promise<void> {
    while (this.packets.length < count) {
      await once(this.#emitter, "packet");
    }
  }

  /** Sends a packet every 20 ms from now on, at a level of −dBov, until told otherwise. */
  talk(level: number, opus: () => Uint8Array = () => OPUS_SILENCE): void {
    clearInterval(this.#talk);
    this.#talk = setInterval(() => this.#sendPacket(level, opus()), 20);
  }

  hush(): void {
    clearInterval(this.#talk);
  }

  close(): void {
    this.hush();
    // One by one: the binding does not free what goes down with its connection.
    this.#channel?.close();
    this.#track.close();
    this.connection.close();
  }

  #receive(packet: Buffer): void {
    const type = packet[1] ?? 0;
    if (type >= 192 && type <= 223) {
      return;
    }
    this.packets.push({
      at: performance.now(),
      payload: packet.subarray(12),
      timestamp: packet.readUInt32BE(4),
      sequence: packet.readUInt16BE(2),
      payloadType: type & 0x7f,
    });
    this.#emitter.emit("packet");
  }

  #sendPacket(level: number, opus: Uint8Array): void {
    const extension = this.#levels ? [0xbe, 0xde, 0x00, 0x01, LEVEL_ID << 4, 0x80 | level, 0x00, 0x00] : [];
    const header = Buffer.alloc(12);
    header[0] = this.#levels ? 0x90 : 0x80;
    header[1] = this.#payloadType;
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(this.#timestamp, 4);
    header.writeUInt32BE(4711, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + 960) >>> 0;
    if (this.#track.isOpen()) {
      this.#track.sendMessageBinary(Buffer.concat([header, Buffer.from(extension), opus]));
    }
  }
}

/** The multipart form, as a trusted backend sends it. */
export async function createCall(
  simulator: Pick<Simulator, "baseUrl">,
  sdp: string,
  session: object = { type: "realtime" },
  headers: Record<string, string> = {},
): Promise<{ callId: string; answer: string; response: Response }> {
  const form = new FormData();
  form.set("sdp", sdp);
  form.set("session", JSON.stringify(session));
  const response = await fetch(`${simulator.baseUrl}/realtime/calls`, {
    method: "POST",
    headers: { authorization: "Bearer sk-test-key", ...headers },
    body: form,
  });
  return {
    callId: response.headers.get("location")?.split("/").at(-1) ?? "",
    answer: await response.text(),
    response,
  };
}
