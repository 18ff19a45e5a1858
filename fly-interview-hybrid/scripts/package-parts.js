// Of packages whose index loads all that they have: only what the proxy imports of them. The rest of undici is a megabyte, with
// fetch, caches and mocks, which each start would read and run. The sources and their tests import the packages as they are.

const PARTS = {
  undici: `
    import Agent from "undici/lib/dispatcher/agent.js";
    import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
    import Pool from "undici/lib/dispatcher/pool.js";
    import api from "undici/lib/api/index.js";
    Object.assign(Dispatcher.prototype, api);
    export { Agent, Pool };`,
  "rate-limiter-flexible": `
    import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
    import RateLimiterRedis from "rate-limiter-flexible/lib/RateLimiterRedis.js";
    import RateLimiterRes from "rate-limiter-flexible/lib/RateLimiterRes.js";
    export { RateLimiterMemory, RateLimiterRedis, RateLimiterRes };`,
  // For HTTP/2, which Fastify and undici speak only where they are told to.
  "node:http2": "export const constants = {};",
  // For routes of a folder's files as they are at the start; ours name their files when they are asked for one.
  glob: 'export const glob = () => { throw new Error("The files of a folder are not listed."); };',
  // Which of libsql's native parts is this machine's. It asks the report of the process, twice, which takes 8 ms each time (measured).
  "@neon-rs/load": `
    import { familySync } from "detect-libc";
    import * as byReport from "@neon-rs/load/dist/index.js";
    const LIBC = { glibc: "gnu", musl: "musl" };
    const libc = process.platform === "linux" && ["x64", "arm64"].includes(process.arch) ? LIBC[familySync()] : undefined;
    export const currentTarget = libc === undefined ? byReport.currentTarget : () => \`linux-\${process.arch}-\${libc}\`;
    export const load = byReport.load;`,
};

/** For esbuild. Who imports what is not listed here learns so from the build. */
export const packageParts = {
  name: "package-parts",
  setup(build) {
    const names = new RegExp(`^(${Object.keys(PARTS).join("|")})$`);
    // What a part imports in turn is found from where the package itself would be.
    build.onResolve({ filter: names }, ({ path, resolveDir }) => ({
      path,
      namespace: "package-parts",
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: names, namespace: "package-parts" }, ({ path, pluginData: resolveDir }) => ({
      contents: PARTS[path],
      resolveDir,
    }));
  },
};
