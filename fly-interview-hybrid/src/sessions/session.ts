import type { EndReason, ServerMessageOf, SessionState } from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { hashToken, newResumeToken } from "../ids.ts";
import type { Upstream } from "../upstreams/upstream.ts";

/** What a session tells whoever is connected, now or after a reconnect. */
type NumberedEvent = ServerMessageOf<"state"> | ServerMessageOf<"turn"> | ServerMessageOf<"ended">;
type PassingEvent = ServerMessageOf<"transcript_delta"> | ServerMessageOf<"speaking">;
export type SessionEvent = NumberedEvent | PassingEvent;
export type SessionListener = (event: SessionEvent) => void;

/** A running call of a session. */
export interface ActiveCall {
  readonly recordId: string;
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  /** Ends its supervision. */
  readonly supervision: AbortController;
}

/** So many numbered events are kept for who comes back; an interview has a few hundred turns. */
const MAX_KEPT_EVENTS = 1000;

const NEXT_STATES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  open: ["connecting", "ended"],
  connecting: ["open", "live", "ended"],
  live: ["connecting", "ended"],
  ended: [],
};

export interface NewSession {
  readonly id: string;
  readonly name: string | undefined;
  readonly persona: string;
  readonly principal: Principal;
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Nobody present for this long ends it. */
  readonly idleMs: number;
}

/** One interview while it runs: its state, who listens to it, and its timers. Knows neither doors nor upstreams. */
export class Session {
  readonly id: string;
  readonly name: string | undefined;
  readonly persona: string;
  readonly principal: Principal;
  readonly createdAt: number;
  readonly deadline: number;
  /** The running call, where there is one. */
  call: ActiveCall | undefined;

  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #ended = new AbortController();
  readonly #onExpiry: (reason: EndReason) => void;
  readonly #cancelDeadline: () => void;
  #cancelIdle: () => void = () => undefined;
  #state: SessionState = "open";
  #seq = 0;
  #kept: NumberedEvent[] = [];
  #listener: SessionListener | undefined;
  #tokenHash = "";
  #previousTokenHash = "";

  /** `onExpiry` is called when the deadline has come or nobody has been present for too long. */
  constructor(session: NewSession, clock: Clock, onExpiry: (reason: EndReason) => void) {
    this.id = session.id;
    this.name = session.name;
    this.persona = session.persona;
    this.principal = session.principal;
    this.createdAt = session.createdAt;
    this.deadline = session.deadline;
    this.#clock = clock;
    this.#idleMs = session.idleMs;
    this.#onExpiry = onExpiry;
    this.#cancelDeadline = clock.after(session.deadline - clock.now(), () => onExpiry("time_limit"));
    this.notePresence();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The highest `seq` sent so far. */
  get seq(): number {
    return this.#seq;
  }

  /** Aborted when the session ends. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Goes to another state and says so. Throws where the state machine has no such step: that is a fault of ours. */
  become(state: Exclude<SessionState, "ended">): void {
    this.#step(state);
    this.#emitNumbered({ type: "state", seq: ++this.#seq, state });
  }

  /** Tells of a turn that is written. */
  announceTurn(turn: Omit<ServerMessageOf<"turn">, "type" | "seq">): void {
    this.#emitNumbered({ type: "turn", seq: ++this.#seq, ...turn });
  }

  /** Tells whoever is connected at the moment; nobody hears of it later. */
  mention(event: PassingEvent): void {
    this.#listener?.(event);
  }

  /** Numbered events after `seq`, for who missed them. */
  eventsAfter(seq: number): readonly SessionEvent[] {
    return this.#kept.filter((event) => event.seq > seq);
  }

  /** Ends the session for good; its last turns may still be told. False where it had ended before. */
  end(): boolean {
    if (this.#state === "ended") return false;
    this.#step("ended");
    this.#cancelDeadline();
    this.#cancelIdle();
    this.#ended.abort();
    return true;
  }

  /** Says that the session has ended: the last word to whoever is connected. */
  announceEnd(reason: EndReason): void {
    this.#emitNumbered({ type: "ended", seq: ++this.#seq, reason });
    this.#listener = undefined;
  }

  /** Somebody is connected from now on, and hears what happens until the returned function is called. */
  attach(listener: SessionListener): () => void {
    this.#listener = listener;
    this.#cancelIdle();
    return () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      this.notePresence();
    };
  }

  /** Somebody was seen: the idle time counts anew. It does not run while somebody is connected. */
  notePresence(): void {
    this.#cancelIdle();
    if (this.#listener !== undefined || this.#state === "ended") return;
    this.#cancelIdle = this.#clock.after(this.#idleMs, () => this.#onExpiry("client_gone"));
  }

  /**
   * Issues the next resume token. The one before it stays valid until this one is first used, so that a reply that is
   * lost on the wire locks nobody out.
   */
  issueToken(): { readonly token: string; readonly hash: string } {
    const token = newResumeToken(this.id);
    this.#tokenHash = hashToken(token);
    return { token, hash: this.#tokenHash };
  }

  /** True for a valid resume token; using the newest one spends its predecessor. */
  acceptToken(token: string): boolean {
    const hash = hashToken(token);
    if (hash !== this.#tokenHash && hash !== this.#previousTokenHash) return false;
    this.#previousTokenHash = hash;
    return true;
  }

  #step(state: SessionState): void {
    if (!NEXT_STATES[this.#state].includes(state))
      throw new Error(`A session cannot go from ${this.#state} to ${state}.`);
    this.#state = state;
  }

  #emitNumbered(event: NumberedEvent): void {
    this.#kept.push(event);
    if (this.#kept.length > MAX_KEPT_EVENTS) this.#kept.shift();
    this.#listener?.(event);
  }
}
