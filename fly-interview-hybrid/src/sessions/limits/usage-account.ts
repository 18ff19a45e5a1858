import { type Config, voiceModelOf } from "../../config/config.ts";
import type { Prices } from "../../config/prices.ts";
import type { Budget } from "../../records/session-brief.ts";
import { addUsage, NO_USAGE, tokensOf, type Usage } from "../../records/usage.ts";
import type { Used } from "../../supervision/supervise-call.ts";
import { moneyFor } from "./usage-cost.ts";

type PricedModel = "voice" | "backend" | "transcription";

/** What one call has used up, beside what the calls of its session before it have. */
export class UsageAccount {
  readonly #before: Usage;
  readonly #config: Config;
  readonly #onUse: (counts: Usage) => void;
  #own: Usage;

  /**
   * `before`: of the other calls of the session; `own`: of this call, as far as another process has counted it. `onUse`
   * hears what is used from now on.
   */
  constructor(before: Usage, own: Usage, config: Config, onUse: (counts: Usage) => void) {
    this.#before = before;
    this.#own = own;
    this.#config = config;
    this.#onUse = onUse;
  }

  /** Of this call. */
  get own(): Usage {
    return this.#own;
  }

  add({ response, backend, transcription }: Used): void {
    if (response !== undefined) this.#add({ ...NO_USAGE, ...response, responses: 1 }, "voice");
    if (backend !== undefined) this.#add({ ...NO_USAGE, ...backend, responses: 1 }, "backend");
    if (transcription === undefined) return;
    const { seconds: transcriptionSeconds, tokens: transcriptionTokens } = transcription;
    this.#add({ ...NO_USAGE, transcriptionSeconds, transcriptionTokens }, "transcription");
  }

  /** The call has lasted so long in all, in seconds. Reports come late and twice; the longest counts. */
  noteLength(seconds: number): void {
    const more = seconds - this.#own.voiceSeconds;
    if (more > 0) this.#add({ ...NO_USAGE, voiceSeconds: more }, "voice");
  }

  #add(counts: Usage, model: PricedModel): void {
    const priced = { ...counts, money: moneyFor(counts, this.#pricesOf(model)) };
    this.#own = addUsage(this.#own, priced);
    this.#onUse(priced);
  }

  #pricesOf(model: PricedModel): Prices[string] {
    const { PRICES, TRANSCRIPTION_MODEL, LIVE_DELEGATION_MODEL } = this.#config;
    const names = {
      voice: voiceModelOf(this.#config),
      backend: LIVE_DELEGATION_MODEL,
      transcription: TRANSCRIPTION_MODEL,
    };
    return PRICES?.[names[model]] ?? {};
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
