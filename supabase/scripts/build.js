// Bundles each edge function with what it imports into one file, so that it is deployed and runs without fetching anything.
import { readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const supabase = fileURLToPath(new URL("..", import.meta.url));
const functions = readdirSync(new URL("../functions", import.meta.url)).filter((name) => !name.startsWith("_"));

for (const name of functions) {
  await build({
    absWorkingDir: supabase,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: `functions/${name}/dist/index.js`,
    bundle: true,
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "esnext",
    format: "esm",
    conditions: ["source"],
    logLevel: "warning",
  });
}
process.stdout.write(`Bundled ${functions.join(", ")}.\n`);
