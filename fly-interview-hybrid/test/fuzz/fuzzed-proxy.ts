import { fork } from "node:child_process";
import { createSecretKey } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator } from "openai-voice-simulator";
import { signHs256 } from "../../src/auth/hs256.ts";

const SECRET = "the secret of the proxy that is fuzzed, 32 and more";
export const SERVICE_TOKEN = "the-service-token-of-the-fuzzed-proxy-0123456789";
export const ADMIN_TOKEN = "the-admin-token-of-the-fuzzed-proxy-0123456789";

/** A proxy that meets no limit of rate, so that inputs are looked at and not refused unseen. */
export interface FuzzedProxy {
  readonly port: number;
  /** A person's token. */
  tokenOf(person: string): string;
  /** Longest time since it was asked last for which the process was busy with one thing, in milliseconds. */
  longestBlockMs(): Promise<number>;
  /** Memory in use after a collection of garbage. */
  heapBytes(): Promise<number>;
  /** Keeps the process from everything else for so long. */
  block(ms: number): void;
  /** Throws where the process has logged an error or is gone. */
  checkHealth(): void;
  close(): Promise<void>;
}

interface Figures {
  readonly longestBlockMs: number;
  readonly heapUsed: number;
}

type Told = { readonly port: number } | { readonly logged: string } | { readonly figures: Figures };

export async function startFuzzedProxy(): Promise<FuzzedProxy> {
  const simulator = await startSimulator({ media: "none", maxLoggedEvents: 0, maxCalls: 100_000 });
  const folder = mkdtempSync(join(tmpdir(), "fuzzed-proxy-"));
  const child = fork(
    fileURLToPath(new URL("proxy-process.ts", import.meta.url)),
    [settingsFor(folder, simulator.baseUrl)],
    {
      execArgv: ["--expose-gc", "--import", "tsx", "--conditions=source"],
    },
  );
  const logged: string[] = [];
  const waiting: ((figures: Figures) => void)[] = [];
  const listening = new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The proxy ended with ${code} before it listened.`)));
    child.on("message", (told: Told) => {
      if ("port" in told) resolve(told.port);
      else if ("logged" in told) logged.push(told.logged);
      else waiting.shift()?.(told.figures);
    });
  });
  let isGone = false;
  child.once("exit", () => {
    isGone = true;
  });
  const port = await listening;
  const figures = (question: "collect" | "as it is"): Promise<Figures> =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      child.send(question, (error) => error && reject(error));
    });
  const key = createSecretKey(SECRET, "utf8");
  return {
    port,
    tokenOf: (person) => signHs256({ sub: person, exp: 4_000_000_000 }, key),
    longestBlockMs: async () => (await figures("as it is")).longestBlockMs,
    heapBytes: async () => (await figures("collect")).heapUsed,
    block: (ms) => void child.send(ms),
    checkHealth() {
      const error = logged.shift();
      if (error !== undefined) throw new Error(`The proxy logged an error: ${error}`);
      if (isGone) throw new Error("The proxy has crashed.");
    },
    async close() {
      if (!isGone) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settingsFor(folder: string, simulatorUrl: string): string {
  const unlimited = "1000000";
  return JSON.stringify({
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: "0",
    OPENAI_API_KEY: "sk-fuzz",
    OPENAI_BASE_URL: simulatorUrl,
    JWT_SECRET: SECRET,
    SERVICE_TOKEN,
    ADMIN_TOKEN,
    TENANTS_MASTER_KEY: `fuzz:${Buffer.alloc(32, 7).toString("base64")}`,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    IDLE_SECONDS: "1",
    CONNECTIONS_PER_MINUTE: unlimited,
    OFFERS_PER_MINUTE: unlimited,
    CALLS_PER_MINUTE: unlimited,
    ANSWERS_PER_MINUTE: unlimited,
    MESSAGES_PER_SECOND: "100000",
    MAX_SESSIONS: unlimited,
    MAX_SESSIONS_PER_PERSON: unlimited,
  });
}
