import type { Config } from "../../config/config.ts";
import type { Budget } from "../../records/session-brief.ts";
import { addUsage, NO_USAGE, tokensOf, type Usage } from "../../records/usage.ts";
import type { ResponseUsage, TranscriptionUsage } from "../../upstreams/call-event.ts";
import { moneyFor } from "./usage-cost.ts";

/** What one call has used up, beside what the calls of its session before it have. */
export class UsageAccount {
  readonly #before: Usage;
  readonly #config: Config;
  #own: Usage;

  /** `before`: of the other calls of the session; `own`: of this call, as far as another process has counted it. */
  constructor(before: Usage, own: Usage, config: Config) {
    this.#before = before;
    this.#own = own;
    this.#config = config;
  }

  /** Of this call. */
  get own(): Usage {
    return this.#own;
  }

  add(used: { readonly response?: ResponseUsage; readonly transcription?: TranscriptionUsage }): void {
    const { response, transcription } = used;
    const counts: Usage = {
      ...NO_USAGE,
      ...response,
      responses: response === undefined ? 0 : 1,
      transcriptionSeconds: transcription?.seconds ?? 0,
      transcriptionTokens: transcription?.tokens ?? 0,
    };
    const { PRICES, VOICE_MODEL: voice, TRANSCRIPTION_MODEL } = this.#config;
    const money = moneyFor(counts, PRICES, { voice, transcription: TRANSCRIPTION_MODEL });
    this.#own = addUsage(this.#own, { ...counts, money });
  }

  /** Reports may have been missed. */
  noteAbsence(): void {
    this.#own = addUsage(this.#own, { ...NO_USAGE, absences: 1 });
  }

  /** True when the session has used up the tokens or the money of its budget. */
  exceeds({ tokens = Infinity, money = Infinity }: Budget): boolean {
    const total = addUsage(this.#before, this.#own);
    return tokensOf(total) >= tokens || total.money >= money;
  }
}
