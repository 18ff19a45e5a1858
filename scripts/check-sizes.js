// Bundles what a page loads, minified, and compares its size after gzip with what is allowed. Needs the build.
import { fileURLToPath } from "node:url";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * A page pays for protocol and zod once, whichever of the packages it uses; 10 kB for both are in the last row. Half a kilobyte of the
 * client is `prepare()`, which saves 150 ms of the click to the first audio; a tenth is the offer that goes right behind `init`, which saves a
 * round trip.
 */
const budgets = [
  { of: "client", entry: "client/dist/index.js", without: ["@interview-proxy/protocol"], maxKilobytes: 15.7 },
  {
    of: "client/pre-check, alone",
    entry: "client/dist/pre-check/pre-check.js",
    without: ["@interview-proxy/protocol"],
    maxKilobytes: 8,
  },
  { of: "react", entry: "react/dist/index.js", without: ["react", "@interview-proxy/*"], maxKilobytes: 20 },
  { of: "react, client, protocol and zod", entry: "react/dist/index.js", without: ["react"], maxKilobytes: 45 },
];

for (const budget of budgets) {
  const kilobytes = (await gzippedBytes(budget)) / 1000;
  console.log(`${budget.of}: ${kilobytes.toFixed(1)} of ${budget.maxKilobytes} kB, gzip`);
  if (kilobytes > budget.maxKilobytes) {
    console.error(`${budget.of} is too large. Make it smaller, or raise what scripts/check-sizes.js allows.`);
    process.exitCode = 1;
  }
}

async function gzippedBytes({ entry, without }) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../packages/${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    external: without,
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
