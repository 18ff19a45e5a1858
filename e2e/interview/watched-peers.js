// Runs in the page before its own scripts: keeps the page's peer connections where the test can read their statistics.
const peers = [];
let lostAt = 0;
let upAt = 0;
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    peers.push(this);
    this.addEventListener("connectionstatechange", () => {
      if (this.connectionState === "connected") upAt = performance.now();
      if (this.connectionState === "disconnected") lostAt = performance.now();
    });
  }
};

/** What the newest connection has received, by its own count. */
window.inboundAudio = async () => {
  const report = await peers.at(-1)?.getStats();
  const inbound = [...(report?.values() ?? [])].find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
  return { packets: inbound?.packetsReceived ?? 0, energy: inbound?.totalAudioEnergy ?? 0 };
};

/** How long the page was without an audio line, in milliseconds: from the report of its loss until the newest one was up. */
window.silence = () => Math.round(upAt - lostAt);
