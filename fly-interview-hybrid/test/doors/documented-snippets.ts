import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

/** The JavaScript of a document in `docs/`, block by block. */
export function snippetsOf(document: string): readonly string[] {
  const text = readFileSync(new URL(`../../../docs/${document}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
}

/** Runs blocks one after the other, as one program that is given names; returns what it knows by other names in the end. */
export async function runSnippets(
  blocks: readonly string[],
  given: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const names = Object.keys(given).join(", ");
  const program = `(async ({ ${names} }) => { ${blocks.join("\n")}\nreturn { ${wanted.join(", ")} }; })`;
  const run = runInThisContext(program) as (values: typeof given) => Promise<Record<string, unknown>>;
  return run(given);
}
