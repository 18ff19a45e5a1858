import { EventEmitter, once } from "node:events";
import { Audio, type DataChannel, PeerConnection, type Track } from "node-datachannel";
import type { Simulator, SimulatorEvent } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import { DELTAS } from "./provider-log.ts";

const LEVEL_ID = 1;
const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** Of speech and of silence, in -dBov. The simulator goes by the stated level, so that silence can pass for speech. */
const LOUD = 20;
const SILENT = 127;
/** How long an answer is, in packets of 20 ms. */
export const SPEECH_PACKETS = 40;

/** Says of a level that it is of speech. */
const IS_SPEECH = 0x80;

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
  #loudPackets = 0;
  #sending: NodeJS.Timeout | undefined;
  #sequence = 0;

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
    // A microphone is never without a packet, loud or not.
    this.#sending = setInterval(() => this.#sendPacket(), 20);
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

  /** Says something, for so many packets, and is silent until that is noticed. */
  async speak(packets = SPEECH_PACKETS): Promise<void> {
    const before = this.count("call.candidate_started");
    this.#loudPackets = packets;
    await this.until("call.candidate_started", before + 1);
    await this.until("call.candidate_stopped", before + 1);
  }

  /** Waits until the interviewer has said these words, and maybe more. */
  async untilTold(words: string): Promise<void> {
    const told = (): string => this.#events.flatMap(wordsOfInterviewer).join("");
    await this.#simulator.waitFor(() => told().includes(words), { timeoutMs: 15_000 });
  }

  /** Waits until so many events of a type are in the provider's log. */
  async until(type: string, count: number): Promise<void> {
    await this.#simulator.waitFor(() => this.count(type) >= count, { timeoutMs: 15_000 });
  }

  count(type: string): number {
    return this.#events.filter((event) => event.type === type).length;
  }

  get #events(): readonly SimulatorEvent[] {
    return this.#simulator.calls().flatMap(({ events }) => events);
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

  #sendPacket(): void {
    const header = Buffer.alloc(20);
    header[0] = 0x90;
    header[1] = 111;
    header.writeUInt16BE(this.#sequence & 0xffff, 2);
    header.writeUInt32BE((this.#sequence * 960) >>> 0, 4);
    header.writeUInt32BE(4711, 8);
    const level = this.#loudPackets > 0 ? IS_SPEECH | LOUD : SILENT;
    this.#loudPackets -= 1;
    header.set([0xbe, 0xde, 0x00, 0x01, LEVEL_ID << 4, level, 0x00, 0x00], 12);
    this.#sequence += 1;
    if (this.#track.isOpen()) this.#track.sendMessageBinary(Buffer.concat([header, OPUS_SILENCE]));
  }

  #close(): void {
    // One by one: the binding does not free what goes down with its connection.
    clearInterval(this.#sending);
    this.#channel?.close();
    this.#track.close();
    this.#connection.close();
  }
}

function wordsOfInterviewer({ type, event }: SimulatorEvent): string[] {
  return type === DELTAS.interviewer ? [(event as { delta: string }).delta] : [];
}
