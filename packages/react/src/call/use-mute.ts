import { useInterviewCall } from "./InterviewProvider.tsx";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** Whether the candidate is to be heard. */
export interface Mute {
  readonly muted: boolean;
  readonly setMuted: (muted: boolean) => void;
}

/** The microphone's mute of the provider's interview. The microphone stays open, so that it is back at once. */
export function useMute(): Mute {
  const call = useInterviewCall();
  const muted = useCallSnapshot((snapshot) => snapshot.muted);
  return { muted, setMuted: (next) => call.setMuted(next) };
}
