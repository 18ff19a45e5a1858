import { join } from "node:path";
import { findRedis } from "../../../scripts/ensure-servers.js";
import { startServer } from "./server-process.ts";

/** A Redis of the tests' own, reached by a Unix socket in its own folder. */
export interface RedisServer {
  /** Path of its socket. */
  readonly socket: string;
  crash(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const program = findRedis();
  if (program === undefined) throw new Error("Redis is missing; `node scripts/ensure-servers.js` says what to do.");
  const socketOf = (folder: string): string => join(folder, "redis.sock");
  const server = await startServer({
    // It listens on no port, and keeps nothing.
    command: (folder) => [program, "--port", "0", "--unixsocket", socketOf(folder), "--save", "", "--appendonly", "no"],
    ready: /ready to accept connections/i,
    stopSignal: "SIGKILL",
  });
  return { ...server, socket: socketOf(server.folder) };
}
