import type { OperatorEvent, OperatorEventOf } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../ops/log.ts";
import { pause, within } from "../../pause.ts";
import type { Session } from "../session.ts";
import { type KeptSessions, SessionBoard } from "./session-board.ts";

/** How often it is looked what has changed, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** Looks from one overview to the next. */
const LOOKS_PER_OVERVIEW = 5;

/** A look waits no longer for the records, in milliseconds. */
const RECORDS_PATIENCE_MS = 1000;

/** Who watches. */
export interface Watcher {
  /** `data`: JSON. */
  readonly onEvent: (type: OperatorEvent["type"], data: string) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

export interface FeedNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  /** What runs here of the tenant. */
  readonly live: () => readonly Session[];
  /** Throws where the records cannot be read. */
  readonly kept: () => Promise<KeptSessions>;
  /** `running`: how many of the tenant's sessions run. */
  readonly overview: (running: number) => Promise<OperatorEventOf<"overview">>;
}

/** What operators of one tenant are told: one look each second serves all of them, and none is taken while nobody watches. */
export class TenantFeed {
  readonly #needs: FeedNeeds;
  readonly #board = new SessionBoard();
  readonly #watchers = new Set<Watcher>();
  /** Came before the first look was done. */
  readonly #waiting = new Set<Watcher>();
  readonly #closed = new AbortController();
  #hasLooked = false;
  #overview: string | undefined;
  #reading: Promise<KeptSessions | undefined> | undefined;
  #isFailing = false;

  constructor(needs: FeedNeeds) {
    this.#needs = needs;
    void this.#run();
  }

  /** How many watch. */
  get size(): number {
    return this.#watchers.size + this.#waiting.size;
  }

  /** Tells a watcher everything, and from then on what has changed, until `leave`. */
  join(watcher: Watcher): void {
    if (!this.#hasLooked) return void this.#waiting.add(watcher);
    this.#watchers.add(watcher);
    watcher.onEvent("sessions", this.#board.everything(this.#needs.clock.now()));
    if (this.#overview !== undefined) watcher.onEvent("overview", this.#overview);
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#waiting.delete(watcher);
  }

  /** Ends it for all who watch. */
  close(): void {
    this.#closed.abort();
    for (const watcher of [...this.#watchers, ...this.#waiting]) watcher.onEnd();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let looks = 0; !signal.aborted; looks += 1) {
      await this.#look();
      if (looks % LOOKS_PER_OVERVIEW === 0) await this.#lookOver();
      await pause(this.#needs.clock, LOOK_EVERY_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const { clock, live } = this.#needs;
    const kept = await this.#readKept();
    const changes = this.#board.look(live(), kept, clock.now());
    this.#hasLooked = true;
    if (changes !== undefined) this.#tell("changes", changes);
    const everything = this.#waiting.size === 0 ? "" : this.#board.everything(clock.now());
    for (const watcher of this.#waiting) {
      this.#watchers.add(watcher);
      watcher.onEvent("sessions", everything);
    }
    this.#waiting.clear();
  }

  async #lookOver(): Promise<void> {
    try {
      this.#overview = JSON.stringify(await this.#needs.overview(this.#board.total));
      this.#tell("overview", this.#overview);
    } catch (error) {
      this.#needs.log.error({ err: error }, "how the server stands could not be told");
    }
  }

  #tell(type: OperatorEvent["type"], data: string): void {
    for (const watcher of this.#watchers) watcher.onEvent(type, data);
  }

  /** `undefined` where the records do not say, or not in time. */
  async #readKept(): Promise<KeptSessions | undefined> {
    const { clock, kept, log } = this.#needs;
    // One that takes longer is waited for: asking again and again would only add to it.
    this.#reading ??= kept()
      .catch((error: unknown) => {
        if (!this.#isFailing)
          log.warn({ err: error }, "running sessions cannot be read, operators see those of before");
        return undefined;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    const read = await within(this.#reading, RECORDS_PATIENCE_MS, { clock, signal: this.#closed.signal });
    this.#isFailing = read === undefined;
    return read;
  }
}
