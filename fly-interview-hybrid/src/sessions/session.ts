import type { EndReason, ServerMessageOf, SessionState } from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { hashToken, newResumeToken } from "../ids.ts";
import type { Upstream } from "../upstreams/upstream.ts";

/** What a session tells whoever is connected to it. */
export type SessionEvent = ServerMessageOf<"state"> | ServerMessageOf<"ended">;
export type SessionListener = (event: SessionEvent) => void;

/** A running call of a session. */
export interface ActiveCall {
  readonly recordId: string;
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  /** Ends its supervision. */
  readonly supervision: AbortController;
}

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
    this.#emit({ type: "state", seq: ++this.#seq, state });
  }

  /** Ends the session for good. False where it had ended before. */
  end(reason: EndReason): boolean {
    if (this.#state === "ended") return false;
    this.#step("ended");
    this.#cancelDeadline();
    this.#cancelIdle();
    this.#ended.abort();
    this.#emit({ type: "ended", seq: ++this.#seq, reason });
    this.#listener = undefined;
    return true;
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

  #emit(event: SessionEvent): void {
    this.#listener?.(event);
  }
}
