import type { AudioSetup } from "./audio-setup.ts";
import type { BrowserEnvironment } from "./environment.ts";
import type { LiveSnapshot } from "./live-snapshot.ts";
import { Microphone } from "./microphone.ts";

interface InterviewMicrophoneOptions {
  readonly environment: BrowserEnvironment;
  readonly audio: AudioSetup;
  readonly borrowed: MediaStream | undefined;
  readonly snapshot: LiveSnapshot;
  /** Fires when the interview is over. */
  readonly signal: AbortSignal;
  /** Another stream is to be heard from now on. */
  readonly onStream: (stream: MediaStream) => Promise<void>;
}

/** One interview's microphone, which follows the person's choices and shows in the snapshot what becomes of it. */
export function microphoneOf(options: InterviewMicrophoneOptions): Microphone {
  const { audio, snapshot, signal } = options;
  const microphone = new Microphone({
    ...options,
    choices: audio.choices,
    events: {
      async onStream(localStream) {
        if (signal.aborted) return;
        snapshot.patch({ localStream });
        audio.opened();
        await options.onStream(localStream);
      },
      onGone: () => snapshot.patch({ localStream: undefined }),
      onProblem({ problem }) {
        if (problem.code === "MICROPHONE_DENIED") audio.refused();
        snapshot.patch({ error: problem });
      },
      onSolved() {
        if (snapshot.now.error?.code.startsWith("MICROPHONE_")) snapshot.patch({ error: undefined });
      },
    },
  });
  audio.attach(microphone, signal);
  return microphone;
}
