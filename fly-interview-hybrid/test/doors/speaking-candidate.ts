import { EventEmitter, once } from "node:events";
import { Audio, type DataChannel, PeerConnection, type Track } from "node-datachannel";
import type { SaidWords, Simulator } from "openai-voice-simulator";
import { onTestFinished } from "vitest";

const LEVEL_ID = 1;
const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** As loud as speech, in -dBov. The simulator goes by the stated level, so that silence can pass for speech. */
const LOUD = 20;
const SILENT = 127;

const PACKET_MS = 20;

/**
 * For tests with a candidate: node-datachannel loses about one client in 400 before it has taken the answer (measured with
 * 0.33.4). That is no fault of ours, so the test is run again, with everything of it anew.
 */
export const RETRY_LOST_CLIENT = { retry: { count: 2, condition: /without ICE transport/ } };

/** What a page does with its data channel; messages come as they travelled. */
export interface ChannelUse {
  readonly onOpen?: (send: (event: object) => void) => void;
  readonly onMessage?: (text: string, send: (event: object) => void) => void;
}

/** A candidate with a real audio line, who speaks when told to, and with a data channel where there is a use for it. */
export class SpeakingCandidate {
  readonly #simulator: Simulator;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #channel: DataChannel | undefined;
  readonly #states = new EventEmitter();
  #channelIsOpen = false;
  #sequence = 0;
  #level = SILENT;
  #hum: NodeJS.Timeout | undefined;

  constructor(simulator: Simulator, channelUse?: ChannelUse) {
    this.#simulator = simulator;
    this.#connection = new PeerConnection("candidate", {
      iceServers: [],
      bindAddress: "127.0.0.1",
      disableAutoNegotiation: true,
    });
    const audio = new Audio("0", "SendRecv");
    audio.addOpusCodec(111);
    audio.addSSRC(4711, "candidate", "stream", "track");
    audio.parseSdpLine(`a=extmap:${LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level`);
    this.#track = this.#connection.addTrack(audio);
    this.#track.onClosed(() => undefined);
    this.#track.onMessage(() => undefined);
    this.#channel = channelUse && this.#openChannel(channelUse);
    this.#connection.onStateChange((state) => this.#states.emit(state));
    this.#connection.setLocalDescription("offer");
    onTestFinished(() => this.#close());
  }

  get offer(): string {
    return (this.#connection.localDescription()?.sdp ?? "").replace(/a=(candidate:.*|end-of-candidates)\r\n/g, "");
  }

  async accept(answer: string): Promise<void> {
    const connected = once(this.#states, "connected");
    this.#connection.setRemoteDescription(answer, "answer");
    await connected;
    // The timeline of a Live call stands while no packets come.
    if (this.#isLive) this.#hum = setInterval(() => this.#sendPacket(this.#level), PACKET_MS);
  }

  /** Sends an event as a page can, over the data channel. */
  send(event: object): void {
    this.#channel?.sendMessage(JSON.stringify(event));
  }

  get hasOpenChannel(): boolean {
    return this.#channelIsOpen;
  }

  /** Waits until events can be sent. */
  async untilOpen(): Promise<void> {
    if (!this.#channelIsOpen) await once(this.#states, "channel open");
  }

  /** Says something: speaks until it is heard, and is silent until that is noticed. */
  async speak(): Promise<void> {
    if (this.#isLive) return this.#speakOnTimeline();
    const before = this.count("input_audio_buffer.speech_started");
    const talk = setInterval(() => this.#sendPacket(LOUD), PACKET_MS);
    try {
      await this.until("input_audio_buffer.speech_started", before + 1);
    } finally {
      clearInterval(talk);
    }
    await this.until("input_audio_buffer.speech_stopped", before + 1);
  }

  async #speakOnTimeline(): Promise<void> {
    const words = this.count("session.input_transcript.delta");
    const answers = this.#countSaid("candidate");
    this.#level = LOUD;
    await this.until("session.input_transcript.delta", words + 1);
    this.#level = SILENT;
    await this.#untilSaid("candidate", answers + 1);
  }

  /** Waits until the interviewer has said so many lines, or was cut off. */
  async hear(lines: number): Promise<void> {
    if (this.#isLive) await this.#untilSaid("interviewer", lines);
    else await this.until("output_audio_buffer.stopped", lines);
  }

  /** Waits until the provider has said so many events of a type. */
  async until(type: string, count: number): Promise<void> {
    await this.#simulator.waitFor(() => this.count(type) >= count, { timeoutMs: 15_000 });
  }

  count(type: string): number {
    return this.#simulator.calls().flatMap(({ events }) => events.filter((event) => event.type === type)).length;
  }

  get #isLive(): boolean {
    return this.#simulator.calls().at(-1)?.api === "live";
  }

  async #untilSaid(role: SaidWords["role"], count: number): Promise<void> {
    await this.#simulator.waitFor(() => this.#countSaid(role) >= count, { timeoutMs: 15_000 });
  }

  #countSaid(role: SaidWords["role"]): number {
    const events = this.#simulator.calls().flatMap((call) => call.events);
    return events.filter(({ type, event }) => type === "call.said" && (event as SaidWords).role === role).length;
  }

  #openChannel({ onOpen, onMessage }: ChannelUse): DataChannel {
    const channel = this.#connection.createDataChannel("oai-events");
    const send = (event: object): void => this.send(event);
    channel.onOpen(() => {
      this.#channelIsOpen = true;
      onOpen?.(send);
      this.#states.emit("channel open");
    });
    channel.onMessage((message) => onMessage?.(message as string, send));
    channel.onClosed(() => undefined);
    return channel;
  }

  #sendPacket(level: number): void {
    const header = Buffer.alloc(20);
    header[0] = 0x90;
    header[1] = 111;
    header.writeUInt16BE(this.#sequence & 0xffff, 2);
    header.writeUInt32BE((this.#sequence * 960) >>> 0, 4);
    header.writeUInt32BE(4711, 8);
    header.set([0xbe, 0xde, 0x00, 0x01, LEVEL_ID << 4, level === LOUD ? 0x80 | LOUD : level, 0x00, 0x00], 12);
    this.#sequence += 1;
    if (this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.concat([header, OPUS_SILENCE]));
  }

  #close(): void {
    clearInterval(this.#hum);
    // One by one: the binding does not free what goes down with its connection.
    this.#channel?.close();
    this.#track.close();
    this.#connection.close();
  }
}
