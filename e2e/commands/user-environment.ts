import { delimiter } from "node:path";

const foreign = [
  // `npm test` hands its own folder, script and tools to what it runs. Registry, cache and proxy settings are the user's.
  /^npm_(?!config_(registry|cache|userconfig|cafile|.*proxy)$)/i,
  /^INIT_CWD$/,
  /^(VITEST|TEST$|NODE_ENV$)/,
  // Set in a terminal, these would change what the guide's commands do.
  /^(PORT|SIMULATION_MODE|ALLOW_SIMULATION|LOG_LEVEL|DATABASE_URL)$/,
];

/** The environment of a user's terminal: this process's own without what the test run put into it. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !foreign.some((pattern) => pattern.test(name)));
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
