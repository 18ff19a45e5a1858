import { once } from "node:events";
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { onTestFinished, vi } from "vitest";
import { PATIENCE } from "../interview/conversation.ts";

const SECRET = "secret-of-the-turn-server";

/** From where it sends on what it relays. */
export const RELAY_ADDRESS = "127.0.0.2";

/** Starts coturn for one test, and returns the proxy's settings for it: over TCP alone. Throws where it is not installed. */
export async function startTurnServer(port: number): Promise<Readonly<Record<string, string>>> {
  const server = spawn(
    "turnserver",
    `-n --no-cli --no-tls --no-dtls --no-udp --log-file stdout --simple-log
    --listening-ip 127.0.0.1 --listening-port ${port} --relay-ip ${RELAY_ADDRESS} --allow-loopback-peers
    --realm interviews.test --use-auth-secret --static-auth-secret ${SECRET}`.split(/\s+/),
    { stdio: "ignore" },
  );
  let fault: Error | undefined;
  server.once("error", (cause) => {
    fault = new Error("coturn is missing. Debian, Ubuntu: sudo apt-get install --yes coturn", { cause });
  });
  server.once("exit", (code) => {
    fault ??= new Error(`coturn has ended with ${code}.`);
  });
  onTestFinished(async () => {
    if (server.exitCode === null && server.kill()) await once(server, "exit");
  });
  // It says that it listens only once there is more to say.
  await vi.waitFor(async () => {
    if (fault !== undefined) return;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect").finally(() => socket.destroy());
  }, PATIENCE);
  if (fault !== undefined) throw fault;
  return { TURN_URLS: `turn:127.0.0.1:${port}?transport=tcp`, TURN_SECRET: SECRET };
}
