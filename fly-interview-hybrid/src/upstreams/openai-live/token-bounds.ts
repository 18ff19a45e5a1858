/** A token is hardly ever less: English has some 4.5 bytes to one, and scripts of several bytes a character about 3. */
const BYTES_PER_TOKEN = 2;

/** So many tokens a text has at most, by a conservative guess: which model will count them, and how, is not documented. */
export function mostTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/**
 * A text in parts of at most so many tokens, cut between words where that is possible. What is beyond so many parts is left
 * out.
 */
export function inParts(text: string, { tokens, parts: most }: { tokens: number; parts: number }): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const piece of pieces(text, tokens)) {
    if (part !== "" && mostTokens(part + piece) > tokens) {
      parts.push(part.trim());
      part = "";
    }
    part += piece;
  }
  return [...parts, part.trim()].filter((whole) => whole !== "").slice(0, most);
}

/** Words with the space behind them; a longer one by its characters. */
function* pieces(text: string, tokens: number): Generator<string> {
  for (const [word] of text.matchAll(/\S+\s*|\s+/g)) {
    if (mostTokens(word) <= tokens) yield word;
    else yield* word;
  }
}
