import type { InterviewState } from "@interview-proxy/client";
import { useInterviewCall } from "./InterviewProvider.tsx";
import { useCallSnapshot } from "./use-call-snapshot.ts";

const CONNECTABLE: ReadonlySet<InterviewState> = new Set(["idle", "disconnected", "failed"]);

/** What a person can do about the call at the moment; `undefined` where there is nothing to do. */
export interface CallControls {
  readonly connect: (() => void) | undefined;
  /** For when they are about to connect, as where the pointer comes to the button: opens the line ahead, see the client's `prepare()`. */
  readonly prepare: (() => void) | undefined;
  readonly disconnect: (() => void) | undefined;
  /** Goes on with the interview that this tab has kept. Whoever begins another one ends it. */
  readonly resume: (() => void) | undefined;
  /** Plays the interviewer after the browser held the sound back. */
  readonly turnOnSound: (() => void) | undefined;
}

/** For buttons of your own. What goes wrong is in the snapshot, and so on the page where there is an `ErrorNotice`. */
export function useCallControls(): CallControls {
  const call = useInterviewCall();
  const state = useCallSnapshot((snapshot) => snapshot.state);
  const canResume = useCallSnapshot((snapshot) => snapshot.canResume);
  const needsGesture = useCallSnapshot((snapshot) => snapshot.needsGesture);
  const canConnect = CONNECTABLE.has(state);
  return {
    connect: canConnect ? () => void call.connect().catch(() => {}) : undefined,
    prepare: canConnect ? () => call.prepare() : undefined,
    disconnect: canConnect || state === "disconnecting" ? undefined : () => void call.disconnect(),
    resume: canResume ? () => void call.resume().catch(() => {}) : undefined,
    turnOnSound: needsGesture ? () => void call.resumeAudio() : undefined,
  };
}
