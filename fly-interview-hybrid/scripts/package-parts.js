// Of packages whose index loads all that they have: only what the proxy imports of them. The rest of undici is a megabyte, with
// fetch, caches and mocks, which each start would read and run. The sources and their tests import the packages as they are.
import { fileURLToPath } from "node:url";

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
};

/** For esbuild. Who imports what is not listed here learns so from the build. */
export const packageParts = {
  name: "package-parts",
  setup(build) {
    const names = new RegExp(`^(${Object.keys(PARTS).join("|")})$`);
    const resolveDir = fileURLToPath(new URL("..", import.meta.url));
    build.onResolve({ filter: names }, ({ path }) => ({ path, namespace: "package-parts" }));
    build.onLoad({ filter: names, namespace: "package-parts" }, ({ path }) => ({ contents: PARTS[path], resolveDir }));
  },
};
