// The control's page: what a browser does without a proxy. It has the key, posts its offer to the voice service itself,
// and asks for the first words over the data channel, because no sideband does.
let connection;

async function connect(callsUrl) {
  connection = new RTCPeerConnection();
  const channel = connection.createDataChannel("oai-events");
  channel.addEventListener("open", () => channel.send('{"type":"response.create"}'));
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of microphone.getTracks()) connection.addTrack(track, microphone);
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  const headers = { authorization: "Bearer not-a-key", "content-type": "application/sdp" };
  const response = await fetch(callsUrl, { method: "POST", headers, body: offer.sdp });
  await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
}

function disconnect() {
  for (const { track } of connection.getSenders()) track?.stop();
  connection.close();
}

function addButton(name, onClick) {
  const button = document.createElement("button");
  button.textContent = name;
  button.addEventListener("click", onClick);
  document.body.append(button);
}

globalThis.prepareDirectPage = (callsUrl) => {
  addButton("Connect", () => connect(callsUrl));
  addButton("Disconnect", disconnect);
};
