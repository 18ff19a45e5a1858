import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MODULE = new URL("../../src/ops/standard-output.ts", import.meta.url);

/** What a process prints that writes so many lines at once, and then ends itself. */
async function printed(lines: number): Promise<string> {
  const script = `
    const { openStandardOutput } = await import(${JSON.stringify(MODULE.href)});
    const output = openStandardOutput();
    for (let n = 0; n < ${lines}; n++) output.write("line " + n + "\\n");
    process.exit();`;
  const options = ["--import", "tsx", "--conditions=source", "--input-type=module", "-e", script];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, options, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  return text(child.stdout);
}

test("every line is written, in its order, also those that are held when the process ends", async () => {
  const lines = Array.from({ length: 5000 }, (_, n) => `line ${n}\n`);
  expect(await printed(5000)).toBe(lines.join(""));
});
