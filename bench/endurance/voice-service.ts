import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EndedCall } from "../../fly-interview-hybrid/test/long-runs/ended-calls.ts";
import type { Answer, CallNotice, LiveCall, Question } from "./voice-service-process.ts";

const PROCESS = fileURLToPath(new URL("voice-service-process.ts", import.meta.url));

/** The voice service of an endurance run: a simulator in a process of its own. */
export class VoiceService {
  readonly #child: ChildProcess;
  readonly #told = new EventEmitter();
  /** How many calls of each person live. */
  readonly #live = new Map<string, number>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    // One listener for each person whose calls are waited for.
    this.#told.setMaxListeners(0);
    child.on("message", (message: Answer | CallNotice) => {
      if ("live" in message) this.#told.emit("live", message.live);
      else if ("calls" in message) this.#told.emit(`said by ${message.person}`, message.calls);
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
   * Waits until no call of a person lives, or the time is over; returns how many do.
   *
   * @param person - as the voice service knows the person
   */
  async untilCallsEnd(person: string, withinMs: number): Promise<number> {
    const patience = AbortSignal.timeout(withinMs);
    const live = (): number => this.#live.get(person) ?? 0;
    while (live() > 0 && !patience.aborted) await once(this.#told, person, { signal: patience }).catch(() => undefined);
    return live();
  }

  /**
   * What was said in a person's calls that have ended, until a time in epoch milliseconds, which may be too late by so much.
   * To be asked once.
   */
  async saidBy(person: string, until: number, unsureMs: number): Promise<readonly EndedCall[]> {
    const answered = once(this.#told, `said by ${person}`);
    this.#ask({ person, until, unsureMs });
    const [calls] = (await answered) as [readonly EndedCall[]];
    return calls;
  }

  async liveCalls(): Promise<readonly LiveCall[]> {
    const answered = once(this.#told, "live");
    this.#ask("live");
    const [live] = (await answered) as [readonly LiveCall[]];
    return live;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  #ask(question: Question): void {
    this.#child.send(question);
  }

  #note({ person, is }: CallNotice): void {
    // A call that ends at once is told to have been made afterwards.
    const live = (this.#live.get(person) ?? 0) + (is === "made" ? 1 : -1);
    if (live === 0) this.#live.delete(person);
    else this.#live.set(person, live);
    this.#told.emit(person);
  }
}
