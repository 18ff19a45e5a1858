import { createHash } from "node:crypto";

/**
 * Numbers from 0 to below 1, the same ones for the same seed and purpose. Each purpose has its own, so that how often one draws changes
 * nothing for another.
 */
export function randomOf(seed: number, purpose: string): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash("sha256").update(`${seed}:${purpose}:${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}
