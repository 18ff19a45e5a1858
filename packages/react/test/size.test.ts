import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a page pays for the components at most, with both languages, without React and the client; bytes, compressed. */
const BUDGET = 20_000;

test("all components in both languages stay within their budget", async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL("../src/index.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    write: false,
    external: ["react", "@interview-proxy/client", "@interview-proxy/protocol"],
  });
  const size = gzipSync(outputFiles[0]?.contents ?? "").byteLength;
  expect(size).toBeLessThan(BUDGET);
  expect(size, "the components are in it").toBeGreaterThan(BUDGET / 4);
});
