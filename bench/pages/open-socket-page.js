// Our page of click-to-audio-time.ts: its socket to the proxy is open, and has its session, before anybody clicks.
let connection;
let socket;

function open(url, token) {
  return new Promise((resolve, reject) => {
    socket = new WebSocket(url, ["bearer", token]);
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "welcome") socket.send(JSON.stringify({ type: "init" }));
      if (message.type === "initialized") resolve();
      if (message.type === "sdp_answer") void connection.setRemoteDescription(message.answer);
      if (message.type === "error") reject(new Error(message.code));
    });
    socket.addEventListener("close", () => reject(new Error("The socket was closed.")));
  });
}

async function connect() {
  connection = new RTCPeerConnection();
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of microphone.getTracks()) connection.addTrack(track, microphone);
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  socket.send(JSON.stringify({ type: "sdp_offer", offer: { type: "offer", sdp: offer.sdp } }));
}

function disconnect() {
  for (const { track } of connection.getSenders()) track?.stop();
  connection.close();
  socket.send(JSON.stringify({ type: "disconnect" }));
}

globalThis.prepareOpenSocketPage = async (url, token) => {
  for (const [name, act] of [
    ["Connect", connect],
    ["Disconnect", disconnect],
  ]) {
    const button = document.createElement("button");
    button.textContent = name;
    button.addEventListener("click", act);
    document.body.append(button);
  }
  await open(url, token);
};

/** For the next click. */
globalThis.openSocketAgain = (url, token) => open(url, token);
