import type { Utterance } from "./utterance.ts";

/** A transcription takes a second or two; one that takes this long is asked for, and then given up. */
const TRANSCRIPTION_MS = 45_000;

/** Words that are being generated come faster than speech. */
const GENERATION_MS = 120_000;

/** A truncation follows at once where the voice was cut off, and where a response was cancelled before it was heard. */
const TRUNCATION_MS = 2000;

/** The voice begins with the first words; where it never does, nobody says how it is heard. */
const PLAYOUT_START_MS = 10_000;

/** Longer than any utterance is heard; for one whose end may have been told while nobody listened. */
const DOUBTFUL_PLAYOUT_MS = 120_000;

/** Responses are heard one after the other, so that one may wait for another to end; not for ever, should that end be missed. */
const PLAYOUT_QUEUE_MS = 600_000;

/**
 * How long an utterance may still hold back those behind it, in milliseconds. `undefined`: as long as it takes, because
 * what it waits for is certain to be told.
 */
export function patienceWith(utterance: Utterance, isAnyPlaying: boolean): number | undefined {
  const isCertain = !utterance.isDoubtful;
  if (utterance.speaker === "candidate") return utterance.isActive && isCertain ? undefined : TRANSCRIPTION_MS;
  if (utterance.hearingState === "playing" && isCertain) return undefined;
  if (!utterance.hasText) return GENERATION_MS;
  if (utterance.hearingState === "cut") return TRUNCATION_MS;
  if (utterance.hearingState === "playing") return DOUBTFUL_PLAYOUT_MS;
  if (utterance.hearing?.done === "cancelled") return TRUNCATION_MS;
  return isAnyPlaying ? PLAYOUT_QUEUE_MS : PLAYOUT_START_MS;
}
