/** What is transcribed at a time: a word with its punctuation, and the space before it, which even the first word has. */
export function fragmentsOf(text: string): readonly string[] {
  return text.match(/\S+/gu)?.map((word) => ` ${word}`) ?? [];
}

/** The words of fragments, as they would be written. */
export function wordsOf(fragments: readonly string[]): string {
  return fragments.join("").trim();
}

/** A piece of a transcript: its text, and its half-open interval on the timeline, in whole milliseconds. */
export interface TimedText {
  readonly delta: string;
  readonly start_ms: number;
  readonly end_ms: number;
}
