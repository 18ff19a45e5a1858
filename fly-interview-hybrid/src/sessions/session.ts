import { setMaxListeners } from "node:events";
import type {
  EndReason,
  ErrorCode,
  ReofferReason,
  ServerMessageOf,
  SessionState,
  StatsRequest,
} from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { toIsoTime } from "../iso-time.ts";
import type { ConnectWatch } from "../ops/connect-watch.ts";
import type { SessionRecord } from "../records/records.ts";
import type { SessionBrief } from "../records/session-brief.ts";
import type { Prompter } from "../supervision/prompter.ts";
import type { Speaker } from "../upstreams/call-event.ts";
import type { KnownCall } from "./calls/call-ledger.ts";
import { Presence } from "./presence.ts";
import { ResumeTokens } from "./resume-tokens.ts";
import { checkStep } from "./session-states.ts";
import { SessionTime, type SessionTimes } from "./session-time.ts";
import { Speech } from "./speech.ts";
import { type NumberedEvent, ToldEvents, type TurnMessage } from "./told-events.ts";

type PassingEvent =
  | ServerMessageOf<"transcript_delta">
  | ServerMessageOf<"speaking">
  | ServerMessageOf<"muted">
  | ServerMessageOf<"time_remaining">
  | ServerMessageOf<"clock">
  | ServerMessageOf<"reoffer">
  | ServerMessageOf<"draining">;
export type SessionEvent = NumberedEvent | PassingEvent;

/** A running call of a session. */
export interface ActiveCall extends KnownCall {
  /** The connect that it was made by, where this process has seen it. */
  readonly connect: ConnectWatch | undefined;
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

/** Why the call of a session is gone. The session ends for it where no other call comes. */
export type CallLoss = Extract<EndReason, "upstream_ended" | "sideband_lost">;

/** The connection of a session's call, as its page has told at a time (milliseconds since the epoch). */
export interface ToldConnection extends StatsRequest {
  readonly at: number;
}

/** Who has muted is not heard, and may think for so many times longer before that counts as absence. */
const MUTED_PATIENCE = 5;

/** No process tells so many events of one session. */
const EVENTS_OF_AN_OWNER = 1_000_000_000;

export interface NewSession extends SessionTimes {
  readonly id: string;
  readonly name: string | undefined;
  readonly persona: string;
  readonly brief: SessionBrief;
  readonly principal: Principal;
  readonly createdAt: number;
  readonly startedAt: number;
  /** Nobody present for this long ends it. */
  readonly idleMs: number;
  /** No other call for this long, when its call is gone, ends it. */
  readonly interruptionMs: number;
  /** What another process, which is gone, has left of it. */
  readonly earlier?: Pick<SessionRecord, "resumeTokenHashes" | "fence" | "mutedAt">;
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
  readonly time: SessionTime;
  readonly speech = new Speech();
  readonly tokens: ResumeTokens;
  /** The running call, where there is one. */
  call: ActiveCall | undefined;
  /** How many calls in a row were lost before anybody had said anything. */
  fruitlessCalls = 0;
  /** `undefined`: nothing was told of the present call. */
  connection: ToldConnection | undefined;

  readonly #clock: Clock;
  readonly #presence: Presence;
  readonly #interruptionMs: number;
  readonly #ended = new AbortController();
  readonly #onExpiry: (reason: EndReason) => void;
  #cancelInterruption: () => void = () => undefined;
  #state: SessionState = "open";
  #seq = 0;
  #endReason: EndReason | undefined;
  #loss: CallLoss = "upstream_ended";
  #asksFor: ReofferReason | undefined;
  #attendance: Attendance | undefined;
  #departAttendee: () => void = () => undefined;
  readonly #told = new ToldEvents();
  #isUntouched: boolean;
  #isClosing = false;
  #isLetGo = false;
  #mutedAt: number | null;
  readonly #observers = new Set<(event: SessionEvent) => void>();

  /** `onExpiry` is called when the deadline has come or nobody has been present for too long. */
  constructor(session: NewSession, clock: Clock, onExpiry: (reason: EndReason) => void) {
    this.id = session.id;
    this.name = session.name;
    this.persona = session.persona;
    this.brief = session.brief;
    this.principal = session.principal;
    this.createdAt = session.createdAt;
    this.startedAt = session.startedAt;
    this.time = new SessionTime(session, clock);
    this.tokens = new ResumeTokens(session.id, session.earlier?.resumeTokenHashes);
    this.#clock = clock;
    this.#mutedAt = session.earlier?.mutedAt ?? null;
    this.#presence = new Presence(clock, {
      idleMs: () => (this.#mutedAt === null ? session.idleMs : MUTED_PATIENCE * session.idleMs),
      isBusy: () => this.speech.isGoingOn || this.#state === "connecting" || this.#state === "ended",
      onIdle: () => onExpiry("client_gone"),
    });
    this.#isUntouched = session.earlier === undefined;
    this.#interruptionMs = session.interruptionMs;
    this.#onExpiry = onExpiry;
    // Higher than any number that an earlier owner has given, whatever its clock said.
    if (session.earlier !== undefined) this.#seq = session.earlier.fence * EVENTS_OF_AN_OWNER;
    // Each event stream listens to it, and those are bounded where they are opened.
    setMaxListeners(0, this.#ended.signal);
    this.time.whenLeft(0, () => onExpiry("time_limit"));
    this.notePresence();
  }

  get state(): SessionState {
    return this.#state;
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

  /** Why the page is asked for another call, while it is. */
  get asksFor(): ReofferReason | undefined {
    return this.#asksFor;
  }

  /**
   * A call is being made; the one before goes on. Returns true for the first one of all: nothing was said or used before it,
   * so that nobody needs to ask the records for that.
   */
  beginCall(): boolean {
    const isFirst = this.#isUntouched;
    this.#isUntouched = false;
    this.#become("connecting");
    return isFirst;
  }

  /** A call carries it from now on. */
  goOnWith(call: ActiveCall, at = this.#clock.now()): void {
    const wasInterrupted = this.time.interruptedAt !== null;
    this.call = call;
    this.connection = undefined;
    this.#asksFor = undefined;
    this.time.goOn(at);
    this.#become("live");
    if (wasInterrupted) this.mention(this.#clockMessage());
  }

  /** The call that was being made is none: back to the one before, or to the wait for another one. */
  giveUpCall(): void {
    if (this.call !== undefined) return this.#become("live");
    if (this.time.interruptedAt === null) return this.#become("open");
    this.#awaitOffer(this.#interruptionMs);
  }

  /** Its call is gone: it waits for another one, and ends for this reason where none comes. */
  interrupt(reason: CallLoss, at = this.#clock.now()): void {
    this.#loss = reason;
    this.connection = undefined;
    this.time.interrupt(at);
    if (this.#state !== "connecting") this.#awaitOffer(at + this.#interruptionMs - this.#clock.now());
    this.#asksFor = "call_lost";
    for (const event of this.standing) this.mention(event);
  }

  /** Asks the page for another call in good time. */
  askForCall(reason: ReofferReason): void {
    this.#asksFor = reason;
    for (const event of this.standing) this.mention(event);
  }

  /** What holds at the moment beside the numbered events: to be said to whoever comes. */
  get standing(): readonly PassingEvent[] {
    const reason = this.#state === "connecting" ? undefined : this.#asksFor;
    return [
      ...(this.time.interruptedAt === null ? [] : [this.#clockMessage()]),
      ...(reason === undefined ? [] : [{ type: "reoffer", reason } as const]),
      ...(this.#mutedAt === null ? [] : [{ type: "muted", muted: true } as const]),
    ];
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

  /** Begins the polite end of the session; false where that has begun before, or it has ended. */
  beginClosing(): boolean {
    if (this.#isClosing || this.#state === "ended") return false;
    this.#isClosing = true;
    return true;
  }

  /** True once its polite end has begun. */
  get isClosing(): boolean {
    return this.#isClosing;
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
    const depart = this.#presence.arrive();
    this.#departAttendee();
    this.#departAttendee = depart;
    this.#attendance = attendance;
    displaced?.onDisplaced("SESSION_TAKEN_OVER");
    return () => {
      if (this.#attendance === attendance) this.#attendance = undefined;
      depart();
    };
  }

  /** Somebody is present until the returned function is called, beside whoever is connected. */
  accompany(): () => void {
    return this.#presence.arrive();
  }

  /** Whether a page of its person is connected. */
  get isAttended(): boolean {
    return this.#presence.isAnybodyHere;
  }

  /**
   * Somebody was seen: the idle time counts anew. It does not run while somebody is connected or speaks, nor while a
   * call is being made.
   */
  notePresence(): void {
    this.#presence.note();
  }

  /** Somebody began or ceased to speak, which is presence too: not every client has a socket. */
  noteSpeech(role: Speaker, active: boolean): void {
    this.speech.note(role, active);
    this.notePresence();
  }

  /** Since when the candidate has the microphone muted, in milliseconds since the epoch; `null`: it is not. */
  get mutedAt(): number | null {
    return this.#mutedAt;
  }

  /** The candidate has muted the microphone, or speaks again; false where that was known. */
  mute(muted: boolean): boolean {
    if (muted === (this.#mutedAt !== null)) return false;
    this.#mutedAt = muted ? this.#clock.now() : null;
    this.mention({ type: "muted", muted });
    return true;
  }

  #become(state: Exclude<SessionState, "ended">): void {
    checkStep(this.#state, state);
    this.#state = state;
    this.#cancelInterruption();
    this.#emitNumbered({ type: "state", seq: ++this.#seq, state });
    this.notePresence();
  }

  #awaitOffer(ms: number): void {
    this.#become("interrupted");
    this.#cancelInterruption = this.#clock.after(Math.max(0, ms), () => this.#onExpiry(this.#loss));
  }

  #clockMessage(): ServerMessageOf<"clock"> {
    const { isRunning, deadline, remainingSeconds } = this.time;
    return { type: "clock", running: isRunning, deadline: toIsoTime(deadline), remainingSeconds };
  }

  #stop(): void {
    this.#state = "ended";
    this.time.close();
    this.#presence.note();
    this.#cancelInterruption();
    // A reason of its own spares each end an exception with its stack, which nobody would read.
    this.#ended.abort("over");
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
