import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test } from "vitest";
import { CLIENT_WAS_LOST } from "../../src/canary/steps/connection.ts";
import { RETRY_LOST_CLIENT } from "./try-contract.ts";

const KEY = "sk-canary-key-that-nobody-may-see";
const PROXY = fileURLToPath(new URL("../..", import.meta.url));

test("it prints what it sees, records it without a word or a key, and ends with 0", RETRY_LOST_CLIENT, async () => {
  const folder = temporaryFolder();
  const simulator = await aSimulator();
  const first = await canary(["--record", "first.json"], simulator, folder);
  expect(first.output).toContain("The contract holds in all 14 steps.");
  expect(first.code).toBe(0);
  expect(simulator.calls()).toHaveLength(1);
  expect(simulator.liveCalls()).toEqual([]);

  const record = readFileSync(join(folder, "first.json"), "utf8");
  expect(JSON.parse(record)).toMatchObject({ canary: 1, api: "realtime", provider: "127.0.0.1:" + portOf(simulator) });
  const [call] = simulator.calls();
  for (const secret of [KEY, "a=ice-pwd", "v=0", "Purple walrus", "This is a test of the line", call?.id ?? "rtc_"]) {
    expect(record).not.toContain(secret);
    expect(first.output).not.toContain(secret);
  }

  writeFileSync(join(folder, "earlier.json"), record.replaceAll('"session.expires_at"', '"session.ends_at"'));
  const second = await canary(["--record", "second.json", "--compare", "earlier.json"], simulator, folder);
  expect(second.output).toContain("sideband session.updated: new session.expires_at");
  expect(second.output).toContain("sideband session.updated: no session.ends_at");
  expect(second.output).toContain("Drift: compare.");
  expect(second.code).toBe(1);
});

test("a signal hangs its call up", RETRY_LOST_CLIENT, async () => {
  const folder = temporaryFolder();
  const simulator = await aSimulator();
  simulator.injectFault({ kind: "media_silence" });
  const running = start([], simulator, folder);
  await simulator.waitFor(({ type }) => type === "response.done", { timeoutMs: 15_000 });
  running.child.kill("SIGINT");
  const { code, output } = await running.ended;
  expect(output).toContain("stopped before");
  expect(code).toBe(1);
  expect(simulator.calls().map(({ endReason }) => endReason)).toEqual(["hangup"]);
});

test("a call whose create is answered after the signal is hung up all the same", RETRY_LOST_CLIENT, async () => {
  const simulator = await aSimulator();
  simulator.injectFault({ kind: "late_answer", ms: 500 });
  const running = start([], simulator, temporaryFolder());
  await simulator.waitFor(({ type }) => type === "call.created", { timeoutMs: 15_000 });
  running.child.kill("SIGTERM");
  expect((await running.ended).code).toBe(1);
  expect(simulator.calls().map(({ endReason }) => endReason)).toEqual(["hangup"]);
});

test("so does the end of its time", RETRY_LOST_CLIENT, async () => {
  const simulator = await aSimulator();
  simulator.injectFault({ kind: "media_silence" });
  const { code } = await canary(["--seconds", "1"], simulator, temporaryFolder());
  expect(code).toBe(1);
  expect(simulator.calls().map(({ endReason }) => endReason)).toEqual(["hangup"]);
});

test.each([
  [["--seconds", "none"], "--seconds must be a number"],
  [["--compare", "missing.json"], "--compare names no record"],
])("%j makes no call", async (args, message) => {
  const simulator = await aSimulator();
  const { code, output } = await canary(args, simulator, temporaryFolder());
  expect(output).toContain(message);
  expect(code).toBe(2);
  expect(simulator.calls()).toEqual([]);
});

async function aSimulator(): Promise<Simulator> {
  const simulator = await startSimulator({ script: { turns: [{ interviewer: "Purple walrus." }] }, apiKeys: [KEY] });
  onTestFinished(() => simulator.close());
  return simulator;
}

function portOf({ baseUrl }: Simulator): string {
  return new URL(baseUrl).port;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function canary(args: readonly string[], simulator: Simulator, folder: string): Promise<Ended> {
  return start(args, simulator, folder).ended;
}

function start(args: readonly string[], simulator: Simulator, folder: string) {
  const script = ["--import", "tsx", "--conditions=source", "src/canary.ts", "--record", "record.json", ...args];
  const child = spawn(process.execPath, script, {
    cwd: PROXY,
    env: {
      PATH: process.env["PATH"],
      INIT_CWD: folder,
      SIMULATION_MODE: "false",
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: simulator.baseUrl,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = once(child, "close").then(([code]): Ended => {
    if (output.includes(CLIENT_WAS_LOST)) throw new Error(CLIENT_WAS_LOST);
    return { code: code as number | null, output };
  });
  return { child, ended };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "canary-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
