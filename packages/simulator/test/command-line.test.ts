import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { RETRY_LOST_CLIENT, WebRtcClient } from "./webrtc-client.ts";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** What the bin does, from the sources: tests never run a stale build. */
const START =
  'import("./src/cli.ts").then(async (m) => { process.exitCode = await m.runCommandLine(process.argv.slice(1)); })';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
  }
});

function run(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "--eval", START, "--", ...args], { cwd: PACKAGE });
  children.push(child);
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  return { child, text, exit: once(child, "close") as Promise<[code: number | null, signal: string | null]> };
}

describe("the command line", RETRY_LOST_CLIENT, () => {
  test.each(["SIGINT", "SIGTERM"] as const)("prints its URL, serves, and ends cleanly with %s", async (signal) => {
    const { child, text, exit } = run("--port", "0", "--api-key", "sk-one");
    await once(child.stdout, "data");
    const baseUrl = text.out.trim();
    expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    const response = await fetch(`${baseUrl}/realtime/client_secrets`, {
      method: "POST",
      headers: { authorization: "Bearer sk-one" },
    });
    expect(response.status).toBe(200);
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(text.err).toBe("");
  });

  test("leaves nothing behind that keeps the process alive, calls in progress neither", async () => {
    const { child, text, exit } = run("--port", "0", "--dtls-role", "passive");
    await once(child.stdout, "data");
    const client = new WebRtcClient();
    await client.call({ baseUrl: text.out.trim() });
    await client.event("session.created");
    expect(client.connection.remoteDescription()?.sdp).toContain("a=setup:passive");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    client.close();
  });

  test("explains itself", async () => {
    const { text, exit } = run("--help");
    expect(await exit).toEqual([0, null]);
    expect(text.out).toContain("--script FILE");
  });

  test.each([
    ["a port that is none", ["--port", "x"], "--port must be a number"],
    ["an unknown option", ["--dance"], "--dance"],
    ["a role that is none", ["--dtls-role", "none"], "--dtls-role must be active or passive"],
    ["a script that is not there", ["--script", "none.yaml"], "none.yaml: cannot be read"],
  ])("refuses %s in one line", async (_name, args, message) => {
    const { text, exit } = run(...args);
    expect(await exit).toEqual([1, null]);
    expect(text.err).toContain(message);
    expect(text.err.trim().split("\n")).toHaveLength(1);
  });

  test("refuses a port that is taken", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const { text, exit } = run("--port", String(typeof address === "object" ? address?.port : 0));
    expect(await exit).toEqual([1, null]);
    expect(text.err).toContain("EADDRINUSE");
    server.close();
  });
});
