// The control's page: what a browser does without a proxy, as the voice service's documentation tells it to. It gets a client secret from its
// own server, or has the key itself, posts its offer to the voice service, and asks for the first words over the data channel, because no
// sideband does.
let connection;

async function connect(callsUrl, tokenUrl) {
  const key = tokenUrl === undefined ? "not-a-key" : await mintedAt(tokenUrl);
  connection = new RTCPeerConnection();
  const channel = connection.createDataChannel("oai-events");
  channel.addEventListener("open", () => channel.send('{"type":"response.create"}'));
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of microphone.getTracks()) connection.addTrack(track, microphone);
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/sdp" };
  const response = await fetch(callsUrl, { method: "POST", headers, body: offer.sdp });
  await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
}

async function mintedAt(tokenUrl) {
  const reply = await fetch(tokenUrl);
  const { value } = await reply.json();
  return value;
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

globalThis.prepareDirectPage = async (callsUrl, tokenUrl) => {
  addButton("Connect", () => connect(callsUrl, tokenUrl));
  addButton("Disconnect", disconnect);
  // The page has been there for a while: the connection to its own server is open.
  if (tokenUrl !== undefined) await fetch(tokenUrl);
};
