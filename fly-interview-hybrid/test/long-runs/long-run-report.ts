import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Writes what the long runs showed, each time they are run as a whole. */
export class LongRunReport implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    if (tests.length === 0 || tests.some((test) => test.result().state === "skipped")) return;
    const lines = [
      "# Long runs",
      "",
      "Written by `npm run test:long`: interviews with the simulator without media, on a clock that jumps from one thing that",
      "happens to the next, and outages in front of an Alertmanager. What each compares is in `fly-interview-hybrid/test/long-runs`.",
      "",
      `Last run: ${new Date().toISOString().slice(0, 10)}, commit ${commit()}, Node ${process.versions.node}, ${cpus().length} cores.`,
      "",
      ...tests.map(toLine),
      "",
    ];
    writeFileSync(this.#file, lines.join("\n"));
  }
}

function toLine(test: TestCase): string {
  const { held } = test.meta();
  const what = held === undefined ? "" : `${held.interviews} interviews, ${held.events} events, `;
  const seconds = Math.round((test.diagnostic()?.duration ?? 0) / 1000);
  return `- ${test.name}: ${what}${seconds} s, ${test.result().state}`;
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();
  const isChanged = git("status", "--porcelain", "--", ".", ":!docs") !== "";
  return git("rev-parse", "--short", "HEAD") + (isChanged ? " with changes" : "");
}
