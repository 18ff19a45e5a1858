// Runs in the page before its own scripts: a microphone that is silent until the test lets it speak. The constant source
// keeps packets coming while it is silent; without it Chromium sends none at all, as no real microphone does.
const context = new AudioContext();
const destination = context.createMediaStreamDestination();
new ConstantSourceNode(context, { offset: 0 }).connect(destination);

navigator.mediaDevices.getUserMedia = async () => {
  await context.resume();
  return destination.stream.clone();
};

/** Plays a WAV file, given as base64, into the microphone. Resolves when it has been played. */
window.speak = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
  source.connect(destination);
  source.start();
  await new Promise((resolve) => source.addEventListener("ended", resolve, { once: true }));
};
