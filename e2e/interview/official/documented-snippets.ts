import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onTestFinished } from "vitest";

const DOCUMENT = new URL("../../../docs/drop-in.md", import.meta.url);
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A snippet of docs/drop-in.md for a page, which finds what it exports in `window.snippet`. */
export function snippetForPage(name: string): Promise<string> {
  return bundle(name, { platform: "browser", format: "iife", globalName: "snippet" });
}

/** What a snippet of docs/drop-in.md for a backend exports. */
export async function snippetForNode<T>(name: string): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "snippet-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "snippet.cjs");
  writeFileSync(file, await bundle(name, { platform: "node", format: "cjs" }));
  return createRequire(import.meta.url)(file) as T;
}

async function bundle(name: string, options: Parameters<typeof build>[0]): Promise<string> {
  const marked = new RegExp(`<!-- snippet: ${name} -->\\n\\n\`\`\`js\\n([\\s\\S]*?)\`\`\``);
  const contents = marked.exec(readFileSync(DOCUMENT, "utf8"))?.[1];
  if (contents === undefined) throw new Error(`docs/drop-in.md has no snippet "${name}".`);
  const result = await build({ stdin: { contents, resolveDir: HERE }, bundle: true, write: false, ...options });
  const [file] = result.outputFiles ?? [];
  if (file === undefined) throw new Error("esbuild has written nothing.");
  return file.text;
}
