import { randomInt } from "node:crypto";
import type { Audio, DataChannel, PeerConnection, Track } from "node-datachannel";
import type { Clock } from "../clock.ts";
import { Heard } from "./heard.ts";
import { readWireEvent, type WireEvent } from "./wire-event.ts";

/** Any number that is free for it in a browser's offer would do. */
export const OPUS_PAYLOAD_TYPE = 111;

/** 20 ms of digital silence, as opus has it, and the ticks of 48 kHz that it takes (RFC 7587, section 4.1). */
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);
const PACKET_MS = 20;
const PACKET_TICKS = 960;
const RTP_HEADER_BYTES = 12;

/** One packet of the interviewer's voice. */
export interface AudioPacket {
  readonly payloadType: number;
  readonly isSilence: boolean;
}

/** A WebRTC client without a head: its microphone is silent, and its loudspeaker counts packets. */
export interface Peer {
  /** Without candidates, as browsers send it that do not wait: the provider must find the client by itself. */
  readonly offerSdp: string;
  /** Throws what the stack says where it cannot use the answer. */
  accept(answerSdp: string): void;
  readonly iceStates: Heard<string>;
  readonly states: Heard<string>;
  readonly packets: Heard<AudioPacket>;
  /** `open` and `closed` of the data channel. */
  readonly channelStates: Heard<string>;
  readonly channelEvents: Heard<WireEvent>;
  /** Sends an event as a page can. False where the channel is closed. */
  send(event: object): boolean;
  close(): void;
}

/** The stack is native, and loaded here because nothing else of the proxy needs it. */
export async function openPeer(clock: Clock, options: { readonly onThisMachine: boolean }): Promise<Peer> {
  const { Audio, PeerConnection } = await import("node-datachannel");
  const connection = new PeerConnection("canary", {
    iceServers: [],
    disableAutoNegotiation: true,
    // The stack passes over the loopback unless it is bound to it.
    ...(options.onThisMachine && { bindAddress: "127.0.0.1" }),
  });
  return listenTo(connection, new Audio("0", "SendRecv"), clock);
}

function listenTo(connection: PeerConnection, audio: Audio, clock: Clock): Peer {
  const ssrc = randomInt(1, 2 ** 32 - 1);
  audio.addOpusCodec(OPUS_PAYLOAD_TYPE);
  audio.addSSRC(ssrc, "canary", "canary", "audio");
  const track = connection.addTrack(audio);
  const channel = connection.createDataChannel("oai-events");
  const heard = {
    iceStates: new Heard<string>(),
    states: new Heard<string>(),
    packets: new Heard<AudioPacket>(),
    channelStates: new Heard<string>(),
    channelEvents: new Heard<WireEvent>(),
  };
  connection.onIceStateChange((state) => heard.iceStates.add(state));
  connection.onStateChange((state) => heard.states.add(state));
  channel.onOpen(() => heard.channelStates.add("open"));
  channel.onClosed(() => heard.channelStates.add("closed"));
  channel.onMessage((message) => heard.channelEvents.add(readWireEvent(typeof message === "string" ? message : "")));
  track.onMessage((packet) => {
    if (!isRtcp(packet)) heard.packets.add(readPacket(packet));
  });
  // The binding frees a track, and lets the process end, only once it has told a listener of its closing.
  track.onClosed(() => undefined);
  let stopSending = (): void => undefined;
  track.onOpen(() => {
    stopSending = sendSilence(track, ssrc, clock);
  });
  connection.setLocalDescription("offer");

  let isClosed = false;
  return {
    ...heard,
    offerSdp: withoutCandidates(connection.localDescription()?.sdp ?? ""),
    accept: (answerSdp) => connection.setRemoteDescription(answerSdp, "answer"),
    send: (event) => channel.isOpen() && channel.sendMessage(JSON.stringify(event)),
    close() {
      if (isClosed) return;
      isClosed = true;
      stopSending();
      closeAll([channel, track, connection]);
    },
  };
}

/** One by one: the binding does not free what goes down with its connection. */
function closeAll(parts: readonly (DataChannel | Track | PeerConnection)[]): void {
  for (const part of parts) {
    try {
      part.close();
    } catch {
      // Nothing is left to close where the other side was faster.
    }
  }
}

/** A packet for each 20 ms that have passed, however late the timer is; the returned function stops it. */
function sendSilence(track: Track, ssrc: number, clock: Clock): () => void {
  const begunAt = performance.now();
  let sent = 0;
  let cancel = (): void => undefined;
  const sendDue = (): void => {
    for (const due = (performance.now() - begunAt) / PACKET_MS; sent < due && track.isOpen(); sent++)
      track.sendMessageBinary(silentPacket(sent, ssrc));
    cancel = clock.after(PACKET_MS, sendDue);
  };
  sendDue();
  return () => cancel();
}

function silentPacket(number: number, ssrc: number): Buffer {
  const header = Buffer.alloc(RTP_HEADER_BYTES);
  header[0] = 0x80;
  header[1] = OPUS_PAYLOAD_TYPE;
  header.writeUInt16BE(number & 0xffff, 2);
  header.writeUInt32BE((number * PACKET_TICKS) >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, SILENCE]);
}

function readPacket(packet: Buffer): AudioPacket {
  return {
    payloadType: (packet[1] ?? 0) & 0x7f,
    isSilence: packet.subarray(-SILENCE.length).equals(SILENCE),
  };
}

/** RTCP shares the line with RTP and is told apart by its second byte (RFC 5761, section 4). */
function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, "");
}
