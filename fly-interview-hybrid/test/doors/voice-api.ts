import { test } from "vitest";

/** Which of the provider's voice APIs the tests speak: each suite that makes calls runs with either. */
export const VOICE_API: "realtime" | "live" = process.env["VOICE_API"] === "live" ? "live" : "realtime";

/**
 * What only one of the APIs has. A test that cannot be the same for both says why by one of these names, and each is a row of
 * the table in docs/upstreams.md.
 */
export const ONLY_WITH = {
  "a page that can do all that the proxy can": "realtime",
  "a call's id in a header": "realtime",
  "a language for the transcription": "realtime",
  "tokens of the voice": "realtime",
  "the end of a voice": "realtime",
  "a call that is gone as soon as it is ended": "realtime",
  "a failed transcription that is told": "realtime",
  "an interruption that is told": "realtime",
  "what was said while nobody listened": "realtime",
  "the words of a line before they are heard": "realtime",
} as const satisfies Record<string, typeof VOICE_API>;

/** True where the API that the tests speak has this. */
export function has(feature: keyof typeof ONLY_WITH): boolean {
  return ONLY_WITH[feature] === VOICE_API;
}

/** `test` where the API that the tests speak has this; elsewhere the test is told to be skipped. */
export function testWith(feature: keyof typeof ONLY_WITH): typeof test | typeof test.skip {
  return test.runIf(has(feature));
}
