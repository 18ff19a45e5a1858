import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EndedCall, LiveCall, LiveCalls, MadeCall } from "./voice-service-process.ts";

const PROCESS = fileURLToPath(new URL("voice-service-process.ts", import.meta.url));

/** The calls of one person. */
export interface CallsOfPerson {
  made: number;
  /** In the order in which they were made. */
  readonly ended: EndedCall[];
}

/** The voice service of an endurance run: a simulator in a process of its own. */
export class VoiceService {
  readonly #child: ChildProcess;
  readonly #told = new EventEmitter();
  readonly #persons = new Map<string, CallsOfPerson>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    // One listener for each person whose calls are waited for.
    this.#told.setMaxListeners(0);
    child.on("message", (message: MadeCall | EndedCall | LiveCalls) => {
      if ("live" in message) this.#told.emit("live", message.live);
      else if ("madeFor" in message) this.#callsOf(message.madeFor).made += 1;
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
   * What was said in a person's calls, in the order in which they were made, and no second time. Waits until no more than a
   * number of them live, or the time is over.
   *
   * @param person - as the voice service knows the person
   */
  async saidBy(person: string, mayLive: number, withinMs: number): Promise<CallsOfPerson> {
    const patience = AbortSignal.timeout(withinMs);
    const calls = this.#callsOf(person);
    while (calls.made - calls.ended.length > mayLive && !patience.aborted)
      await once(this.#told, person, { signal: patience }).catch(() => undefined);
    this.#persons.delete(person);
    return calls;
  }

  #callsOf(person: string): CallsOfPerson {
    let calls = this.#persons.get(person);
    if (calls === undefined) {
      calls = { made: 0, ended: [] };
      this.#persons.set(person, calls);
    }
    return calls;
  }

  #note(call: EndedCall): void {
    const { ended } = this.#callsOf(call.person);
    const place = ended.findLastIndex(({ createdAt }) => createdAt <= call.createdAt);
    ended.splice(place + 1, 0, call);
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
