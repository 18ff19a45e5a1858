// Builds what one process serves: the proxy with the packages it imports, and the page. Both halves are skipped when
// nothing changed, so that this can run before every start.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { packageParts } from "./package-parts.js";

const proxy = fileURLToPath(new URL("..", import.meta.url));
const root = join(proxy, "..");
const web = join(root, "web");

/** The server, and the commands that an operator runs beside it, where there is neither npm nor a compiler. */
const entryPoints = [
  "main",
  "run",
  "backup",
  "canary",
  "doctor",
  "mint-token",
  "restore",
  "tenant",
  "verify-transcript",
];

/** Fastify asks for them where routes have JSON schemas, and for tests: in the bundle they would be read at each start. */
const NEVER_LOADED = ["@fastify/ajv-compiler", "@fastify/fast-json-stringify-compiler", "light-my-request"];

const tsc = findProgram(proxy, "typescript", "bin/tsc");
if (tsc !== undefined) {
  step("Compiling the proxy", tsc, ["-b"], proxy);
  await bundleProxy();
  buildPage();
} else if (!existsSync(join(proxy, "dist/main.js"))) {
  // A production image has neither compiler nor sources to compile, but it has the build.
  fail("The compiler is not installed. Run `npm install` first.");
}

/**
 * The proxy and its dependencies in a few files: read one by one, their several hundred files take more than half of the
 * time to start. Native parts, and the simulator that brings one, stay outside.
 */
async function bundleProxy() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    write: false,
    absWorkingDir: proxy,
    entryPoints: entryPoints.map((name) => `src/${name}.ts`),
    outdir: "dist",
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    sourcemap: true,
    sourcesContent: false,
    conditions: ["source"],
    external: ["node-datachannel", "openai-voice-simulator", ...NEVER_LOADED],
    plugins: [packageParts],
    // What is CommonJS among the dependencies calls `require`, which a module does not have by itself.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
  const isEntryPoint = ({ path }) => entryPoints.includes(basename(path, ".js"));
  mkdirSync(join(proxy, "dist"), { recursive: true });
  // What an entry point imports is there before it.
  for (const file of outputFiles.toSorted((a, b) => isEntryPoint(a) - isEntryPoint(b))) replace(file);
}

/** Another process may start from these files at the moment: it finds each of them whole, and none is touched without need. */
function replace({ path, contents }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const whole = `${path}.${process.pid}.new`;
  writeFileSync(whole, contents);
  renameSync(whole, path);
}

function buildPage() {
  const sources = ["packages/protocol", "packages/client", "packages/react"].map((folder) => join(root, folder, "src"));
  const inputs = [
    ...sources,
    join(web, "src"),
    join(web, "public"),
    join(web, "index.html"),
    join(web, "interview.html"),
    join(web, "ops.html"),
    // The page of the operators shows them.
    join(root, "docs/runbooks.md"),
    join(web, "vite.config.ts"),
  ];
  // npm rewrites this file whenever what is installed changes.
  inputs.push(join(root, "node_modules/.package-lock.json"));
  if (newest(inputs) <= newest([join(web, "dist/ops.html")])) return;

  const vite = findProgram(web, "vite", "bin/vite.js");
  if (vite === undefined) fail("Vite is not installed. Run `npm install` first.");
  else step("Building the page", vite, ["build", "--logLevel", "warn"], web);
}

/** Path of a package's program as a module in `folder` would find it, or undefined where it is not installed. */
function findProgram(folder, name, program) {
  try {
    const manifest = createRequire(join(folder, "package.json")).resolve(`${name}/package.json`);
    return join(dirname(manifest), program);
  } catch {
    return undefined;
  }
}

function step(title, program, args, cwd) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd, stdio: "inherit" });
  if (status !== 0) fail(`${title} failed.`);
  console.log(`${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** When the newest of these files, or files in these folders, changed, in ms since the epoch; 0 where there is none. */
function newest(paths) {
  let latest = 0;
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    const stat = statSync(path);
    const within = stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : 0;
    latest = Math.max(latest, stat.mtimeMs, within);
  }
  return latest;
}
