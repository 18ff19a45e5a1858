interface RemoteAudioOptions {
  readonly element: HTMLAudioElement;
  /** Silences the element and lets go of the stream. */
  readonly signal: AbortSignal;
  /** Told `true` when the browser wants a gesture before it plays, `false` when it plays. */
  readonly onNeedsGesture: (needsGesture: boolean) => void;
}

export interface RemoteAudio {
  play(stream: MediaStream): void;
  /** Tries again; to be called from a click or key press. */
  resume(): Promise<void>;
}

/** Plays the interviewer through an audio element, which need not be part of the document. */
export function createRemoteAudio({ element, signal, onNeedsGesture }: RemoteAudioOptions): RemoteAudio {
  signal.addEventListener("abort", () => {
    element.pause();
    element.srcObject = null;
  });

  async function resume(): Promise<void> {
    try {
      await element.play();
      if (!signal.aborted) onNeedsGesture(false);
    } catch (error) {
      // Any other failure, such as AbortError for a newer stream, is not helped by a gesture.
      const refused = error instanceof Error && error.name === "NotAllowedError";
      if (refused && !signal.aborted) onNeedsGesture(true);
    }
  }

  return {
    play(stream) {
      element.autoplay = true;
      element.srcObject = stream;
      void resume();
    },
    resume,
  };
}
