import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type MeasuredServer, startLoadedProxy } from "../processes/proxy-process.ts";

const CLOCK_PROBE = fileURLToPath(new URL("../processes/clock-probe.js", import.meta.url));

/** The proxy at one address, in one process after the other. */
export class RestartingProxy {
  readonly #settings: Record<string, string>;
  readonly #complaints: Record<string, number> = {};
  /** How often it ended and nobody had killed it. */
  deaths = 0;
  #current: MeasuredServer;

  private constructor(settings: Record<string, string>, first: MeasuredServer) {
    this.#settings = { ...settings, PORT: String(first.port) };
    this.#current = first;
    this.#listen();
  }

  static async start(settings: Record<string, string>): Promise<RestartingProxy> {
    return new RestartingProxy(settings, await startLoadedProxy(settings, [CLOCK_PROBE]));
  }

  get current(): MeasuredServer {
    return this.#current;
  }

  /** Messages that were logged as errors, and how often. */
  get complaints(): Readonly<Record<string, number>> {
    return this.#complaints;
  }

  /** Kills it as a crash would, and starts it again after a time. */
  async killAndRestart(afterMs: number): Promise<void> {
    const { process } = this.#current;
    process.removeAllListeners("exit");
    const gone = once(process, "exit");
    process.kill("SIGKILL");
    await gone;
    await pause(afterMs);
    await this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    this.#current = await startLoadedProxy(this.#settings, [CLOCK_PROBE]);
    this.#listen();
  }

  async stop(): Promise<void> {
    this.#current.process.removeAllListeners("exit");
    await this.#current.stop();
  }

  /** Its clock jumps; that of the machine does not. */
  jump(ms: number): void {
    this.#current.process.send(ms);
  }

  #listen(): void {
    this.#current.process.once("exit", () => {
      this.deaths += 1;
      void this.#startAgain();
    });
    let rest = "";
    this.#current.process.stdout?.on("data", (data: Buffer) => {
      const lines = (rest + data.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (/^\{"level":"(error|fatal)"/.test(line)) this.#count(line);
    });
  }

  #count(line: string): void {
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { code?: string; cause?: { code?: string } } };
    const text = [msg, err?.code, err?.cause?.code].filter((part) => part !== undefined).join(", ");
    this.#complaints[text] = (this.#complaints[text] ?? 0) + 1;
  }
}
