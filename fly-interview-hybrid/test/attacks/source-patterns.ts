import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync } from "@swc/core";

/** A regular expression as it stands in a file. */
export interface SourcePattern {
  readonly source: string;
  readonly flags: string;
  readonly file: string;
}

/** Every regular expression that is written down in the TypeScript files of a folder, each once. */
export function patternsIn(folder: URL): readonly SourcePattern[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const found = names.flatMap((name) => {
    const file = new URL(name, folder);
    const module = parseSync(readFileSync(file, "utf8"), { syntax: "typescript" });
    return literalsIn(module).map(({ pattern, flags }) => ({ source: pattern, flags, file: fileURLToPath(file) }));
  });
  return [...new Map(found.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern])).values()];
}

interface RegExpLiteral {
  readonly type: "RegExpLiteral";
  readonly pattern: string;
  readonly flags: string;
}

function literalsIn(node: unknown): readonly RegExpLiteral[] {
  if (typeof node !== "object" || node === null) return [];
  if ((node as { readonly type?: unknown }).type === "RegExpLiteral") return [node as RegExpLiteral];
  return Object.values(node).flatMap(literalsIn);
}
