import { type AudioLevelMeter, createAudioLevelMeter } from "../audio-level-meter.ts";
import { defaultChoices } from "../audio-choices.ts";
import { microphoneError } from "../microphone-error.ts";
import { pause } from "../pause.ts";
import { shareAudioContext } from "../shared-audio-context.ts";
import { Speaker } from "../speaker.ts";
import { found, type Outcome, type Report } from "./check.ts";
import type { CheckContext, Perform } from "./check-context.ts";

/** How long the person has to say something. */
const LISTEN_MS = 8_000;

const READ_EVERY_MS = 100;

/** Above this a voice is heard, rather than the room or the microphone's own noise. */
const VOICE_LEVEL = 0.4;

/** Smaller rises of the level are not worth telling. */
const LEVEL_STEP = 0.05;

/** A test sound that is neither missed nor a nuisance. */
const TONE = { hz: 660, gain: 0.2, ms: 700 };

/**
 * Microphone and loudspeaker. In this order, because Safari lets a page play only while it listens, or after a gesture; and one after
 * the other, so that the test sound is not taken for a voice.
 */
export async function checkSound(context: CheckContext, perform: Perform): Promise<void> {
  const opening = openMicrophone(context);
  const played = opening.catch(() => {}).then(() => perform("playback", () => playTone(context)));
  const listened = perform("microphone", async (report) => {
    const stream = await opening;
    report({ stream });
    try {
      await played;
      return { ...(await listen(context, stream, report)), stream: undefined };
    } finally {
      for (const track of stream.getTracks()) track.stop();
    }
  });
  await Promise.all([played, listened]);
}

async function openMicrophone({ options, environment, signal }: CheckContext): Promise<MediaStream> {
  const { microphoneId } = options;
  const device = microphoneId === undefined ? {} : { deviceId: { exact: microphoneId } };
  const audio = { ...defaultChoices().processing, ...device };
  const stream = await environment.getUserMedia({ audio }).catch((error: unknown) => {
    throw microphoneError(error);
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  // The person may answer the browser's question after the check was closed.
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  return stream;
}

async function listen({ environment, signal }: CheckContext, stream: MediaStream, report: Report): Promise<Outcome> {
  const meter: AudioLevelMeter = createAudioLevelMeter(stream, environment.createAudioContext);
  let level = 0;
  try {
    for (let waited = 0; waited < LISTEN_MS && level < VOICE_LEVEL; waited += READ_EVERY_MS) {
      await pause(READ_EVERY_MS, signal);
      const heard = meter.level();
      if (heard < level + LEVEL_STEP) continue;
      level = heard;
      report({ figures: { level } });
    }
  } finally {
    meter.close();
  }
  return level < VOICE_LEVEL ? found("warning", "MICROPHONE_SILENT") : { status: "passed" };
}

/** Through an element of its own, as the interviewer is. */
async function playTone({ options, environment, signal }: CheckContext): Promise<Outcome> {
  const element = environment.createAudioElement();
  const audio = shareAudioContext(environment.createAudioContext);
  const sink = audio.context.createMediaStreamDestination();
  const volume = audio.context.createGain();
  volume.gain.value = TONE.gain;
  const tone = audio.context.createOscillator();
  tone.frequency.value = TONE.hz;
  tone.connect(volume).connect(sink);
  try {
    if (options.speakerId !== undefined) await new Speaker(() => element).select(options.speakerId);
    element.srcObject = sink.stream;
    tone.start();
    await element.play();
    await pause(TONE.ms, signal);
    return { status: "passed" };
  } catch (error) {
    if (error instanceof Error && error.name === "NotAllowedError") return found("failed", "PLAYBACK_BLOCKED");
    throw error;
  } finally {
    tone.disconnect();
    element.pause();
    element.srcObject = null;
    audio.release();
  }
}
