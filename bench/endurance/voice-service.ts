import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EndedCall, LiveCall, LiveCalls } from "./voice-service-process.ts";

const PROCESS = fileURLToPath(new URL("voice-service-process.ts", import.meta.url));

/** The voice service of an endurance run: a simulator in a process of its own. */
export class VoiceService {
  readonly #child: ChildProcess;
  readonly #told = new EventEmitter();
  readonly #ended = new Map<string, EndedCall[]>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    // One listener for each person whose calls are waited for.
    this.#told.setMaxListeners(0);
    child.on("message", (message: EndedCall | LiveCalls) => {
      if ("live" in message) this.#told.emit("live", message.live);
      else this.#note(message);
    });
  }

  /** Its interviews have so many questions. */
  static async start(exchanges: number): Promise<{ readonly service: VoiceService; readonly baseUrl: string }> {
    const child = fork(PROCESS, [String(exchanges)]);
    const [baseUrl] = (await once(child, "message")) as [string];
    return { service: new VoiceService(child), baseUrl };
  }

  /**
   * What was said in a person's calls, in the order in which they were made, and no second time. Waits until as many as
   * given have ended, or the time is over.
   *
   * @param person - as the voice service knows the person
   */
  async saidBy(person: string, calls: number, withinMs: number): Promise<readonly EndedCall[]> {
    const patience = AbortSignal.timeout(withinMs);
    const ended = (): readonly EndedCall[] => this.#ended.get(person) ?? [];
    while (ended().length < calls && !patience.aborted)
      await once(this.#told, person, { signal: patience }).catch(() => undefined);
    const found = ended().toSorted((one, other) => one.createdAt - other.createdAt);
    this.#ended.delete(person);
    return found;
  }

  #note(call: EndedCall): void {
    this.#ended.set(call.person, [...(this.#ended.get(call.person) ?? []), call]);
    this.#told.emit(call.person);
  }

  async liveCalls(): Promise<readonly LiveCall[]> {
    this.#child.send("live");
    const [live] = (await once(this.#told, "live")) as [readonly LiveCall[]];
    return live;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}
