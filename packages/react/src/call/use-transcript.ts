import type { Caption, InterviewSnapshot } from "@interview-proxy/client";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** What was said, and who is heard. */
export interface Transcript {
  /** Turns that are over, in order. */
  readonly final: readonly Caption[];
  /** Turns that are still being said: their text grows. */
  readonly unfinished: readonly Caption[];
  readonly speaking: InterviewSnapshot["speaking"];
}

/** The latest 200 turns of the provider's interview; renders again with each few words. Empty over HTTP. */
export function useTranscript(): Transcript {
  const captions = useCallSnapshot(captionsOf);
  const speaking = useCallSnapshot(speakingOf);
  return {
    final: captions.filter(({ status }) => status !== undefined),
    unfinished: captions.filter(({ status }) => status === undefined),
    speaking,
  };
}

function captionsOf({ captions }: InterviewSnapshot): InterviewSnapshot["captions"] {
  return captions;
}

function speakingOf({ speaking }: InterviewSnapshot): InterviewSnapshot["speaking"] {
  return speaking;
}
