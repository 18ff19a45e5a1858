import { type ServerProcess, startServerProcess } from "./server-process.ts";

const MAIN = new URL("../fly-interview-hybrid/dist/main.js", import.meta.url);

/** Starts the built proxy on a free loopback port. */
export function startProxy(settings: Record<string, string>): Promise<ServerProcess> {
  return startServerProcess(MAIN, { environment: { PORT: "0", HOST: "127.0.0.1", ...settings } });
}
