import type { SpeechDetection } from "../session/voice-activity.ts";
import type { TurnDetection } from "./session-config.ts";

/**
 * Semantic turn detection waits for a finished thought. The candidate of a script is always deemed to have finished
 * one, so a short silence ends the turn whatever the eagerness.
 */
const SEMANTIC = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 };

/** How a session's turn detection tells speech from silence; `null` where it is switched off. */
export function speechDetection(detection: TurnDetection): SpeechDetection | null {
  if (detection === null) {
    return null;
  }
  const { threshold, prefix_padding_ms, silence_duration_ms } = detection.type === "server_vad" ? detection : SEMANTIC;
  return {
    // −60 dBov at the default threshold of 0.5 separates a fake or real microphone's speech from its silence (measured).
    loudestSilence: 100 - 80 * threshold,
    paddingMs: prefix_padding_ms,
    silenceMs: silence_duration_ms,
  };
}
