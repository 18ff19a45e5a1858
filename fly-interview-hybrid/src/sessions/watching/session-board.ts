import { MAX_WATCHED_SESSIONS, type OperatorEventOf } from "@interview-proxy/protocol";
import { toIsoTime } from "../../iso-time.ts";
import type { WatchedSession } from "../../records/watched-sessions.ts";
import type { Session } from "../session.ts";
import { describeKept, describeLive } from "./running-session.ts";

/** What the records have of a tenant's running sessions. */
export interface KeptSessions {
  readonly sessions: readonly WatchedSession[];
  readonly total: number;
}

/**
 * The running sessions of a tenant as they were told last. Each is kept as the JSON that it was told in: that is compared,
 * and it is sent to whoever comes.
 */
export class SessionBoard {
  /** By their ids, newest first. */
  #told = new Map<string, string>();
  #kept: KeptSessions = { sessions: [], total: 0 };
  /** Those that have run here when it was looked last. */
  #here: ReadonlySet<string> = new Set();

  /** How many run, though the list may have fewer. */
  get total(): number {
    return Math.max(this.#kept.total, this.#told.size);
  }

  /**
   * Looks what has changed. `live`: what runs here; `kept`: `undefined` where the records do not say, which leaves what they
   * said before, but for what has ended here since. Returns the event that tells of it, as JSON; `undefined`: nothing has changed.
   */
  look(live: readonly Session[], kept: KeptSessions | undefined, now: number): string | undefined {
    const here = new Map(live.filter(({ state }) => state !== "ended").map((session) => [session.id, session]));
    this.#kept = kept ?? this.#without((id) => this.#here.has(id) && !here.has(id));
    this.#here = new Set(here.keys());
    const before = this.#told;
    const hadMore = this.#hasMore;
    this.#told = this.#describe(here);
    const changed = [...this.#told].filter(([id, text]) => before.get(id) !== text).map(([, text]) => text);
    const gone = [...before.keys()].filter((id) => !this.#told.has(id));
    if (changed.length === 0 && gone.length === 0 && hadMore === this.#hasMore) return undefined;
    return this.#event({ type: "changes", at: toIsoTime(now), gone }, "changed", changed);
  }

  /** The event that tells of all of them, as JSON. */
  everything(now: number): string {
    return this.#event({ type: "sessions", at: toIsoTime(now) }, "sessions", [...this.#told.values()]);
  }

  get #hasMore(): boolean {
    return this.total > this.#told.size;
  }

  #without(isGone: (id: string) => boolean): KeptSessions {
    const sessions = this.#kept.sessions.filter(({ id }) => !isGone(id));
    return { sessions, total: this.#kept.total - this.#kept.sessions.length + sessions.length };
  }

  #describe(here: ReadonlyMap<string, Session>): Map<string, string> {
    const kept = new Map(this.#kept.sessions.map((session) => [session.id, session]));
    const described = new Map<string, string>();
    // The records may not have told yet of what has just begun.
    for (const [id, session] of here) {
      if (described.size >= MAX_WATCHED_SESSIONS) break;
      if (!kept.has(id)) described.set(id, JSON.stringify(describeLive(session, undefined)));
    }
    for (const [id, session] of kept) {
      if (described.size >= MAX_WATCHED_SESSIONS) break;
      const running = here.get(id);
      described.set(id, JSON.stringify(running === undefined ? describeKept(session) : describeLive(running, session)));
    }
    return described;
  }

  /** `sessions` are JSON already. */
  #event(
    head: Omit<OperatorEventOf<"sessions">, "sessions" | "more"> | Omit<OperatorEventOf<"changes">, "changed" | "more">,
    name: "sessions" | "changed",
    sessions: readonly string[],
  ): string {
    const rest = JSON.stringify({ ...head, more: this.#hasMore }).slice(0, -1);
    return `${rest},"${name}":[${sessions.join(",")}]}`;
  }
}
