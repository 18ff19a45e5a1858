// Runs in the page before its own scripts: keeps the page's peer connections where the test can read their statistics.
const peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    peers.push(this);
  }
};

/** What the newest connection has received, by its own count. */
window.inboundAudio = async () => {
  const report = await peers.at(-1)?.getStats();
  const inbound = [...(report?.values() ?? [])].find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
  return { packets: inbound?.packetsReceived ?? 0, energy: inbound?.totalAudioEnergy ?? 0 };
};
