// The control's page of click-to-audio-time.ts: what the voice service's documentation tells a page to do. Its own server mints a client secret;
// with that it posts its offer to the service itself, and asks for the first words over the data channel.
let connection;

async function connect(tokenUrl, callsUrl) {
  const reply = await fetch(tokenUrl);
  const { value } = await reply.json();
  connection = new RTCPeerConnection();
  const channel = connection.createDataChannel("oai-events");
  channel.addEventListener("open", () => channel.send('{"type":"response.create"}'));
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of microphone.getTracks()) connection.addTrack(track, microphone);
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  const headers = { authorization: `Bearer ${value}`, "content-type": "application/sdp" };
  const response = await fetch(callsUrl, { method: "POST", headers, body: offer.sdp });
  await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
}

function disconnect() {
  for (const { track } of connection.getSenders()) track?.stop();
  connection.close();
}

globalThis.prepareOfficialPage = async (tokenUrl, callsUrl) => {
  for (const [name, act] of [
    ["Connect", () => connect(tokenUrl, callsUrl)],
    ["Disconnect", disconnect],
  ]) {
    const button = document.createElement("button");
    button.textContent = name;
    button.addEventListener("click", act);
    document.body.append(button);
  }
  // The page has been there for a while: the connection to its own server is open.
  await fetch(tokenUrl);
};
