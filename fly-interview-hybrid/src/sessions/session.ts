import { setMaxListeners } from "node:events";
import type { EndReason, ErrorCode, ServerMessageOf, SessionState } from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { hashToken, newResumeToken } from "../ids.ts";
import type { SessionRecord } from "../records/records.ts";
import type { SessionBrief } from "../records/session-brief.ts";
import type { Prompter } from "../supervision/prompter.ts";
import type { Speaker } from "../upstreams/call-event.ts";
import type { KnownCall } from "./calls/call-ledger.ts";
import { type NumberedEvent, ToldEvents, type TurnMessage } from "./told-events.ts";

type PassingEvent =
  | ServerMessageOf<"transcript_delta">
  | ServerMessageOf<"speaking">
  | ServerMessageOf<"time_remaining">
  | ServerMessageOf<"draining">;
export type SessionEvent = NumberedEvent | PassingEvent;

/** A running call of a session. */
export interface ActiveCall extends KnownCall {
  /** Ends its supervision. */
  readonly supervision: AbortController;
  readonly prompter: Prompter;
}

/** Whoever is connected to a session. */
export interface Attendance {
  readonly onEvent: (event: SessionEvent) => void;
  /** Another connection has taken the session over, or, with DRAINING, another process, to which its client has to go. */
  readonly onDisplaced: (code: Extract<ErrorCode, "SESSION_TAKEN_OVER" | "DRAINING">) => void;
}

/** How many resume tokens are valid at once: the one in use, and the newest, whose replies may be lost on the wire. */
const MAX_TOKENS = 3;

/** No process tells so many events of one session. */
const EVENTS_OF_AN_OWNER = 1_000_000_000;

const NEXT_STATES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  open: ["connecting", "ended"],
  connecting: ["open", "live", "interrupted", "ended"],
  live: ["connecting", "open", "interrupted", "ended"],
  interrupted: ["connecting", "ended"],
  ended: [],
};

export interface NewSession {
  readonly id: string;
  readonly name: string | undefined;
  readonly persona: string;
  readonly brief: SessionBrief;
  readonly principal: Principal;
  readonly createdAt: number;
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Nobody present for this long ends it. */
  readonly idleMs: number;
  /** What another process, which is gone, has left of it. */
  readonly earlier?: Pick<SessionRecord, "resumeTokenHashes" | "fence">;
}

/** One interview while it runs: its state, who listens to it, and its timers. Knows neither doors nor upstreams. */
export class Session {
  readonly id: string;
  readonly name: string | undefined;
  readonly persona: string;
  readonly brief: SessionBrief;
  readonly principal: Principal;
  readonly createdAt: number;
  readonly startedAt: number;
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
  #endReason: EndReason | undefined;
  #attendance: Attendance | undefined;
  #companions = 0;
  readonly #told = new ToldEvents();
  #tokenHashes: readonly string[] = [];
  #isClosing = false;
  #isLetGo = false;
  readonly #observers = new Set<(event: SessionEvent) => void>();
  readonly #speechListeners = new Set<(role: Speaker, active: boolean) => void>();
  readonly #speaking = new Set<Speaker>();

  /** `onExpiry` is called when the deadline has come or nobody has been present for too long. */
  constructor(session: NewSession, clock: Clock, onExpiry: (reason: EndReason) => void) {
    this.id = session.id;
    this.name = session.name;
    this.persona = session.persona;
    this.brief = session.brief;
    this.principal = session.principal;
    this.createdAt = session.createdAt;
    this.startedAt = session.startedAt;
    this.deadline = session.deadline;
    this.#clock = clock;
    // Followers are bounded where they come in.
    setMaxListeners(0, this.#ended.signal);
    this.#idleMs = session.idleMs;
    this.#onExpiry = onExpiry;
    if (session.earlier !== undefined) {
      this.#tokenHashes = session.earlier.resumeTokenHashes;
      // Higher than any number that an earlier owner has given, whatever its clock said.
      this.#seq = session.earlier.fence * EVENTS_OF_AN_OWNER;
    }
    this.#cancelDeadline = clock.after(session.deadline - clock.now(), () => onExpiry("time_limit"));
    this.notePresence();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Time until the deadline, in whole seconds. */
  get remainingSeconds(): number {
    return Math.max(0, Math.round((this.deadline - this.#clock.now()) / 1000));
  }

  /** The highest `seq` sent so far. */
  get seq(): number {
    return this.#seq;
  }

  /** Why it ended, once it has. */
  get endReason(): EndReason | undefined {
    return this.#endReason;
  }

  /** Aborted when the session ends, or is let go. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** True where a message that carries this id means this session: its id, its name, or none. */
  answersTo(sessionId: string | undefined): boolean {
    return sessionId === undefined || sessionId === this.id || sessionId === this.name;
  }

  /** Goes to another state and says so. Throws where the state machine has no such step: that is a fault of ours. */
  become(state: Exclude<SessionState, "ended">): void {
    this.#step(state);
    this.#emitNumbered({ type: "state", seq: ++this.#seq, state });
    this.notePresence();
  }

  /** Tells of a turn that is written. */
  announceTurn(turn: TurnMessage): void {
    this.#emitNumbered({ type: "turn", seq: ++this.#seq, ...turn });
  }

  /** Tells that the interviewer goes on from what was said in earlier calls. */
  announceResumed(context: ServerMessageOf<"resumed">["context"]): void {
    this.#emitNumbered({ type: "resumed", seq: ++this.#seq, context });
  }

  /** Tells whoever is connected at the moment; nobody hears of it later. */
  mention(event: PassingEvent): void {
    this.#tell(event);
  }

  /** Hears what happens until the returned function is called, without being connected. */
  observe(observer: (event: SessionEvent) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Hears who begins and who ceases to speak until the returned function is called. */
  onSpeech(listener: (role: Speaker, active: boolean) => void): () => void {
    this.#speechListeners.add(listener);
    return () => this.#speechListeners.delete(listener);
  }

  isSpeaking(role: Speaker): boolean {
    return this.#speaking.has(role);
  }

  /** True while the session is coming to a polite end. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Begins the polite end of the session; false where that has begun before, or it has ended. */
  beginClosing(): boolean {
    if (this.#isClosing || this.#state === "ended") return false;
    this.#isClosing = true;
    return true;
  }

  /** True where {@link eventsAfter} needs the turns of the records, because some it should tell are told only there. */
  needsTurnsAfter(seq: number): boolean {
    return this.#told.needsTurnsAfter(seq);
  }

  /** Numbered events after `seq`, for who missed them; `turns`: all turns of the records, where they are needed. */
  eventsAfter(seq: number, turns: readonly TurnMessage[]): readonly SessionEvent[] {
    return this.#told.after(seq, turns);
  }

  /** Ends the session for good; its last turns may still be told. False where it had ended before. */
  end(reason: EndReason): boolean {
    if (this.#state === "ended") return false;
    this.#endReason = reason;
    this.#stop();
    return true;
  }

  /** Another process goes on with the session: it is over here, and nobody is told that it ended. False where it was over before. */
  letGo(): boolean {
    if (this.#state === "ended") return false;
    this.#isLetGo = true;
    this.#stop();
    this.#attendance?.onDisplaced("DRAINING");
    this.#attendance = undefined;
    this.#observers.clear();
    return true;
  }

  /** True where another process goes on with it. */
  get isLetGo(): boolean {
    return this.#isLetGo;
  }

  /** Says that the session has ended: the last word to whoever is connected. */
  announceEnd(reason: EndReason): void {
    this.#emitNumbered({ type: "ended", seq: ++this.#seq, reason });
    this.#attendance = undefined;
    this.#observers.clear();
  }

  /**
   * Somebody is connected from now on, and hears what happens until the returned function is called. Whoever was
   * connected before is told that it is no more.
   */
  attach(attendance: Attendance): () => void {
    const displaced = this.#attendance;
    this.#attendance = attendance;
    this.#cancelIdle();
    displaced?.onDisplaced("SESSION_TAKEN_OVER");
    return () => {
      if (this.#attendance !== attendance) return;
      this.#attendance = undefined;
      this.notePresence();
    };
  }

  /** Somebody is present until the returned function is called, beside whoever is connected. */
  accompany(): () => void {
    let isHere = true;
    this.#companions += 1;
    this.#cancelIdle();
    return () => {
      if (!isHere) return;
      isHere = false;
      this.#companions -= 1;
      this.notePresence();
    };
  }

  /**
   * Somebody was seen: the idle time counts anew. It does not run while somebody is connected or speaks, nor while a
   * call is being made.
   */
  notePresence(): void {
    this.#cancelIdle();
    const isPresent = this.#attendance !== undefined || this.#companions > 0 || this.#speaking.size > 0;
    if (isPresent || this.#state === "connecting" || this.#state === "ended") return;
    this.#cancelIdle = this.#clock.after(this.#idleMs, () => this.#onExpiry("client_gone"));
  }

  /** Somebody began or ceased to speak, which is presence too: not every client has a socket. */
  noteSpeech(role: Speaker, active: boolean): void {
    if (active) this.#speaking.add(role);
    else this.#speaking.delete(role);
    for (const listener of this.#speechListeners) listener(role, active);
    this.notePresence();
  }

  /**
   * Issues the next resume token. Those before it stay valid until it is first used, so that a reply that is lost on the
   * wire locks nobody out.
   */
  issueToken(): string {
    const token = newResumeToken(this.id);
    const [inUse = "", ...unused] = [...this.#tokenHashes, hashToken(token)];
    // The one in use stays, however many replies were lost: it is the only one that the client is known to have.
    this.#tokenHashes = [inUse, ...unused.slice(1 - MAX_TOKENS)];
    return token;
  }

  /** Of the valid resume tokens, as the records keep them. */
  get tokenHashes(): readonly string[] {
    return this.#tokenHashes;
  }

  /** True for a valid resume token; using it spends those before it. */
  acceptToken(token: string): boolean {
    const index = this.#tokenHashes.indexOf(hashToken(token));
    if (index < 0) return false;
    this.#tokenHashes = this.#tokenHashes.slice(index);
    return true;
  }

  #stop(): void {
    this.#step("ended");
    this.#cancelDeadline();
    this.#cancelIdle();
    this.#ended.abort();
  }

  #step(state: SessionState): void {
    if (!NEXT_STATES[this.#state].includes(state))
      throw new Error(`A session cannot go from ${this.#state} to ${state}.`);
    this.#state = state;
  }

  #emitNumbered(event: NumberedEvent): void {
    this.#told.add(event);
    this.#tell(event);
  }

  #tell(event: SessionEvent): void {
    this.#attendance?.onEvent(event);
    for (const observe of this.#observers) observe(event);
  }
}
