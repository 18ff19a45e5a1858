// Runs in the page before its own scripts: a page of somebody else's, which opens a data channel as official clients do and
// keeps whatever it can get hold of.

/** A call of its own; `read` takes everything it has got so far, in whichever way. */
window.callAsForeignPage = async (socketUrl) => {
  const got = [];
  const peer = new RTCPeerConnection();
  const channel = peer.createDataChannel("oai-events");
  channel.addEventListener("message", ({ data }) => got.push(data));
  for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) peer.addTrack(track);

  const socket = new WebSocket(socketUrl);
  const answered = new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      got.push(data);
      const message = JSON.parse(data);
      if (message.type === "initialized") window.foreignSession = message;
      if (message.type === "sdp_answer") resolve(message.answer);
    });
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ type: "init" }));
  await peer.setLocalDescription(await peer.createOffer());
  socket.send(JSON.stringify({ type: "sdp_offer", offer: peer.localDescription.sdp }));
  await peer.setRemoteDescription(await answered);

  window.readAsForeignPage = async () => {
    const { sessionId, resumeToken } = window.foreignSession;
    const headers = { authorization: `Bearer ${resumeToken}` };
    const transcript = await fetch(`/api/sessions/${sessionId}/transcript`, { headers });
    const reports = [...(await peer.getStats()).values()];
    return {
      channel: channel.readyState,
      turns: (await transcript.clone().json()).turns.length,
      got: [...got, await transcript.text(), peer.remoteDescription.sdp, ...reports.map((one) => JSON.stringify(one))],
    };
  };
};
