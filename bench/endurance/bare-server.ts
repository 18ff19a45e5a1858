import { startServerProcess } from "../processes/server-process.ts";

/** The smallest server on the proxy's framework: what a request takes where nothing is done for it. */
export interface BareServer {
  /** Takes one new connection and one request on it, in milliseconds. */
  requestMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startBareServer(): Promise<BareServer> {
  const server = await startServerProcess(new URL("../processes/hello-server.js", import.meta.url));
  return {
    async requestMs() {
      const from = performance.now();
      const response = await fetch(`http://127.0.0.1:${server.port}/readyz`, { headers: { connection: "close" } });
      await response.arrayBuffer();
      return performance.now() - from;
    },
    stop: () => server.stop(),
  };
}
