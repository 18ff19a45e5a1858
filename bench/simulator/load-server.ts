// The server of simulator-load.ts, as a process of its own: the simulator, or bare peers that do nothing but send and count.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Audio, PeerConnection, type Track } from "node-datachannel";
import { startSimulator } from "openai-voice-simulator";

const PACKET_MS = 20;

/** Longer than any measurement, so that speech and not comfort silence is what is measured. */
const LONG_LINE = Array.from({ length: 180 }, () => "interview").join(" ");

const server = process.argv[2] === "simulator" ? await serveSimulator() : await serveBarePeers();
let cpuAtStart = process.cpuUsage();
let startedAt = performance.now();
let receivedAtStart = 0;
process.on("message", (message) => {
  if (message === "start") {
    cpuAtStart = process.cpuUsage();
    startedAt = performance.now();
    receivedAtStart = server.received();
  } else {
    const { user, system } = process.cpuUsage(cpuAtStart);
    const cpuMs = (user + system) / 1000;
    const packetsReceived = server.received() - receivedAtStart;
    process.send?.({ cpuMs, tookMs: performance.now() - startedAt, packetsReceived });
  }
});
process.send?.(server.url);

async function serveSimulator() {
  const simulator = await startSimulator({ script: { turns: [{ interviewer: LONG_LINE }] } });
  return {
    url: `${simulator.baseUrl}/realtime/calls`,
    received: () => simulator.liveCalls().reduce((sum, { packetsReceived }) => sum + packetsReceived, 0),
  };
}

async function serveBarePeers() {
  const peers: { connection: PeerConnection; track: Track }[] = [];
  let received = 0;
  const answer = async (offer: string): Promise<string> => {
    const connection = new PeerConnection("bare", { iceServers: [], disableAutoNegotiation: true });
    connection.setRemoteDescription(offer, "offer");
    const audio = new Audio("0", "SendRecv");
    audio.addOpusCodec(111);
    audio.addSSRC(7, "bare", "stream", "track");
    const track = connection.addTrack(audio);
    track.onMessage(() => (received += 1));
    peers.push({ connection, track });
    const gathered = new Promise<void>((resolve) => {
      connection.onGatheringStateChange((state) => state === "complete" && resolve());
    });
    connection.setLocalDescription("answer");
    await gathered;
    return connection.localDescription()?.sdp ?? "";
  };
  const http = createServer((request, response) => {
    void text(request)
      .then(answer)
      .then((sdp) => response.writeHead(201).end(sdp));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  const packet = Buffer.from([0x80, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, ...Array<number>(60).fill(7)]);
  let sent = 0;
  const start = performance.now();
  const pace = () => {
    while (start + sent * PACKET_MS <= performance.now()) {
      packet.writeUInt16BE(sent & 0xffff, 2);
      packet.writeUInt32BE((sent * 960) >>> 0, 4);
      for (const { track } of peers) if (track.isOpen()) track.sendMessageBinary(packet);
      sent += 1;
    }
    setTimeout(pace, start + sent * PACKET_MS - performance.now());
  };
  pace();
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`, received: () => received };
}
