/** Of the voice's fundamental and of its overtones, each half as loud as the one before. */
const TONES_HZ = [180, 360, 720, 1_440, 2_880];

/** Syllables a second. */
const RHYTHM_HZ = 3;

let voice: MediaStream | undefined;

/** A sound that rises and falls about as speech does; silent until the browser lets the page make sound. One for the page. */
export function syntheticVoice(): MediaStream {
  voice ??= makeVoice();
  return voice;
}

function makeVoice(): MediaStream {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const loudness = new GainNode(context, { gain: 0.1 });
  loudness.connect(output);
  const rhythm = new OscillatorNode(context, { frequency: RHYTHM_HZ });
  const depth = new GainNode(context, { gain: 0.1 });
  rhythm.connect(depth).connect(loudness.gain);
  rhythm.start();
  TONES_HZ.forEach((frequency, order) => {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(new GainNode(context, { gain: 0.5 ** order })).connect(loudness);
    tone.start();
  });
  document.addEventListener("click", () => void context.resume(), { once: true });
  return output.stream;
}
