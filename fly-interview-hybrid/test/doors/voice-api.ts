/** Which of the provider's voice APIs the tests speak: each suite that makes calls runs with either. */
export const VOICE_API: "realtime" | "live" = process.env["VOICE_API"] === "live" ? "live" : "realtime";

/** Why a test may not be the same for both: rows of the table in docs/upstreams.md that compares them. */
export const DIFFERENCES = [
  "a hang-up",
  "a new call",
  "a sealed call",
  "a typed answer",
  "an interruption",
  "an open page",
  "an utterance in a short absence",
  "the language of the transcription",
  "the words of a line",
  "usage",
  "where a turn begins and ends",
  "who speaks",
  "words that cannot be made out",
] as const;

type Difference = (typeof DIFFERENCES)[number];

/** True where the tests speak Realtime; Live differs in this. What one of the two has only is tested with `describe.runIf`. */
export function asOnRealtime(_difference: Difference): boolean {
  return VOICE_API === "realtime";
}
