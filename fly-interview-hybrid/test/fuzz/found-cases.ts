import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

/** An input that once broke a promise. */
interface FoundCase {
  /** What was wrong. */
  readonly was: string;
  readonly input: unknown;
}

const FOLDER = new URL("./found/", import.meta.url);

/** The cases that were found for a target, by the name of their file. */
export function foundCases(target: string): ReadonlyMap<string, FoundCase> {
  const folder = new URL(`${target}/`, FOLDER);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as FoundCase]));
}

/** Keeps an input as a case that every later run begins with; returns its path. */
export function keepFoundCase(target: string, found: FoundCase): string {
  const folder = new URL(`${target}/`, FOLDER);
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(found, undefined, 2)}\n`;
  const file = new URL(`${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`, folder);
  writeFileSync(file, text);
  return file.pathname;
}
