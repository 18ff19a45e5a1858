/** The tokens of the words and punctuation marks of a text: the simulator's stand-in for a tokenizer. */
export function splitTokens(text: string): readonly string[] {
  return text.match(/\s*(?:[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|\S)/gu) ?? [];
}
