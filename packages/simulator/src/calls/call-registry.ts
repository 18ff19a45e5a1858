import type { Call } from "./call.ts";
import type { CallEndReason, CallReport, VoiceApi } from "./call-report.ts";

/** The live calls, and the reports of the last ones that ended. */
export class CallRegistry {
  readonly #live = new Map<string, Call>();
  readonly #ended: CallReport[] = [];
  readonly #maxEnded: number;

  constructor(maxEnded: number) {
    this.#maxEnded = maxEnded;
  }

  /** How many calls live. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** Adds a call that has just been created. */
  add(call: Call): void {
    this.#live.set(call.id, call);
  }

  /** A call that lives; of one API, where one is named. */
  find(id: string, api?: VoiceApi): Call | undefined {
    const call = this.#live.get(id);
    return api === undefined || call?.api === api ? call : undefined;
  }

  /** True for a call that lives, or has ended of late. */
  knows(id: string, api: VoiceApi): boolean {
    return this.find(id, api) !== undefined || this.#ended.some((call) => call.id === id && call.api === api);
  }

  /** Moves a call to those that ended. */
  retire(id: string): void {
    const call = this.#live.get(id);
    if (call === undefined) {
      return;
    }
    this.#live.delete(id);
    this.#ended.push(call.report());
    if (this.#ended.length > this.#maxEnded) {
      this.#ended.shift();
    }
  }

  /** Ends every live call. */
  endAll(reason: CallEndReason): void {
    for (const call of this.#live.values()) {
      call.end(reason);
    }
  }

  /** Reports of live calls, oldest first. */
  live(): readonly CallReport[] {
    return [...this.#live.values()].map((call) => call.report());
  }

  /** Reports of all calls it knows, in the order of their creation. */
  all(): readonly CallReport[] {
    return [...this.#ended, ...this.live()].toSorted((a, b) => a.createdAt - b.createdAt);
  }
}
