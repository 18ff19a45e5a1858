import type { BrowserEnvironment } from "./environment.ts";
import { type ClientErrorCode, clientError, type InterviewError } from "./errors.ts";

interface MicrophoneOptions {
  readonly getUserMedia: BrowserEnvironment["getUserMedia"];
  /** Stops the microphone. */
  readonly signal: AbortSignal;
}

// Without echo cancellation the interviewer would hear and interrupt itself through the candidate's loudspeaker.
const CONSTRAINTS: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

const CODE_BY_NAME: Readonly<Record<string, ClientErrorCode>> = {
  NotAllowedError: "MICROPHONE_DENIED",
  NotFoundError: "MICROPHONE_NOT_FOUND",
  NotReadableError: "MICROPHONE_IN_USE",
  AbortError: "MICROPHONE_IN_USE",
};

/** Opens the microphone until the signal fires. Throws one of the `MICROPHONE_…` problems. */
export async function openMicrophone({ getUserMedia, signal }: MicrophoneOptions): Promise<MediaStream> {
  const stream = await request(getUserMedia);
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener("abort", stop);
  // The person may answer the browser's question after the attempt was given up.
  if (signal.aborted) stop();
  return stream;
}

async function request(getUserMedia: BrowserEnvironment["getUserMedia"]): Promise<MediaStream> {
  try {
    return await getUserMedia(CONSTRAINTS);
  } catch (error) {
    throw microphoneError(error);
  }
}

/** Anything unnamed comes from a page that is not allowed to ask at all, such as one served without https. */
function microphoneError(error: unknown): InterviewError {
  const name = error instanceof Error ? error.name : "";
  return clientError(CODE_BY_NAME[name] ?? "MICROPHONE_UNAVAILABLE", { cause: error });
}
