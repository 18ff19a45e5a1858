interface RemoteAudioOptions {
  readonly element: HTMLAudioElement;
  /** Where clicks and key presses are heard. */
  readonly page: EventTarget;
  /** Silences the element and lets go of the stream. */
  readonly signal: AbortSignal;
  /** Told `true` when the browser wants a gesture before it plays, `false` when it plays. */
  readonly onNeedsGesture: (needsGesture: boolean) => void;
}

export interface RemoteAudio {
  play(stream: MediaStream): void;
  /** Tries again; to be called from a click or key press. */
  resume(): Promise<void>;
  /** Plays on where something else has stopped it, such as a phone call. */
  wake(): void;
}

/** What browsers take for a gesture. */
const GESTURES = ["click", "keydown", "touchend"];

/** Plays the interviewer through an audio element, which need not be part of the document. */
export function createRemoteAudio({ element, page, signal, onNeedsGesture }: RemoteAudioOptions): RemoteAudio {
  let isRefused = false;

  signal.addEventListener("abort", () => {
    element.pause();
    element.srcObject = null;
  });
  // Any gesture will do, so that the person need not find the one button.
  const onGesture = () => {
    if (isRefused) void resume();
  };
  for (const type of GESTURES) page.addEventListener(type, onGesture, { signal, capture: true });

  async function resume(): Promise<void> {
    try {
      await element.play();
      tell(false);
    } catch (error) {
      // Any other failure, such as AbortError for a newer stream, is not helped by a gesture.
      if (error instanceof Error && error.name === "NotAllowedError") tell(true);
    }
  }

  function tell(needsGesture: boolean): void {
    if (signal.aborted) return;
    isRefused = needsGesture;
    onNeedsGesture(needsGesture);
  }

  return {
    play(stream) {
      element.autoplay = true;
      element.srcObject = stream;
      void resume();
    },
    resume,
    wake() {
      if (element.srcObject !== null && element.paused) void resume();
    },
  };
}
