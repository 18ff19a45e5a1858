import { readFile, writeFile } from "node:fs/promises";
import type { BenchmarkResult } from "../report/figures.ts";
import { measuredSection } from "../report/page.ts";

const PAGE = new URL("../../docs/reliability.md", import.meta.url);

/** Puts the figures of a run into docs/reliability.md, between the marks of its command. Throws where the page has none. */
export async function writeFigures(command: string, result: BenchmarkResult): Promise<void> {
  const begin = `<!-- figures of ${command} -->`;
  const end = `<!-- end of the figures of ${command} -->`;
  const page = await readFile(PAGE, "utf8");
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/reliability.md has lost the marks between which ${command} writes.`);
  await writeFile(PAGE, `${page.slice(0, from + begin.length)}\n\n${measuredSection(result)}\n\n${page.slice(to)}`);
}
