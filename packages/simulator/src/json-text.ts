/** The deepest request of the API has about ten levels, a tool's parameters a few more. */
const MAX_DEPTH = 100;

/**
 * Reads JSON that came from outside. What nests deeper than a hundred levels counts as none: reading a value of any
 * depth is safe, but writing it out again overflows the stack, and an error in a callback of the WebRTC stack ends the
 * process.
 *
 * @returns `undefined` where the text is no JSON
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return nestsDeeperThan(MAX_DEPTH, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function nestsDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => nestsDeeperThan(levels - 1, inner));
}
