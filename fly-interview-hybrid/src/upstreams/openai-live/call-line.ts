import type { ClientEvent } from "openai/resources/live/live";
import type { Clock } from "../../clock.ts";
import type { CallEvent } from "../call-event.ts";
import { toExpiry } from "../openai/expiry.ts";
import { mirroredAudio } from "./audio-frames.ts";
import { DelegatedResponses } from "./delegated-responses.ts";
import { type AppendKind, PendingAppends } from "./pending-appends.ts";
import { type LiveEvent, readEvent } from "./read-event.ts";
import { SpokenTurns } from "./spoken-turns.ts";
import { inParts } from "./token-bounds.ts";

/** `session.started` comes right after the attach, or not at all: the documents promise no event that was before it. */
const STARTED_WITHIN_MS = 1500;

/**
 * What is told to the interviewer takes effect on the timeline of the call, which begins with the candidate's audio. That is
 * waited for, so long at most, in milliseconds: a service that does not mirror audio takes what it is told when it begins.
 */
const TIMELINE_WITHIN_MS = 1000;

/** A session with its instructions and history is some 200 KiB. What is larger is dropped unread. */
const MAX_EVENT_BYTES = 1024 * 1024;

/** The service takes 500 tokens at once. What is longer comes in parts, up to this many. */
const APPEND_BOUNDS = { tokens: 500, parts: 16 };

/** A create is billed as at least so many seconds, which count towards the call. */
const LEAST_SECONDS = 15;

/** What one sideband says and hears: the state of a call as far as it is known from here. */
export class CallLine {
  readonly #clock: Clock;
  readonly #emit: (event: CallEvent) => void;
  readonly #turns: SpokenTurns;
  readonly #responses = new DelegatedResponses();
  readonly #appends = new PendingAppends();
  #send: (event: ClientEvent) => void = () => undefined;
  #isStarted = false;
  /** Before that nobody listens. */
  #isConfigured = false;
  /** The timeline runs, or is not waited for any longer. */
  #isRunning = false;
  #expiresAt: number | undefined;
  readonly #timers = new Set<() => void>();

  constructor(clock: Clock, emit: (event: CallEvent) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#turns = new SpokenTurns(clock, emit);
  }

  /** The socket is open. */
  open(send: (event: ClientEvent) => void): void {
    this.#send = send;
    this.#after(STARTED_WITHIN_MS, () => this.#start());
  }

  receive(frame: Buffer): void {
    const audio = mirroredAudio(frame);
    if (audio === "input") this.#run();
    if (audio !== undefined) return;
    if (frame.length > MAX_EVENT_BYTES) return this.#emit({ type: "unreadable" });
    const event = readEvent(frame.toString("utf8"));
    if (event !== undefined) this.#take(event);
  }

  /** The settings came with the create, so that there is nothing to send. */
  configure(): void {
    this.#after(0, () => {
      this.#isConfigured = true;
      this.#emit({ type: "lasted", seconds: LEAST_SECONDS });
      this.#tellExpiry();
      if (this.#isRunning) this.#emit({ type: "ready" });
    });
  }

  /** `cutsOff`: whatever the interviewer is saying ends where it takes this. */
  tell(kind: AppendKind, text: string, { cutsOff = false } = {}): void {
    for (const content of inParts(text, APPEND_BOUNDS)) {
      const onTaken = cutsOff ? (ms: number): void => this.#turns.cutOffAt(ms) : undefined;
      const event_id = this.#appends.add(kind, onTaken);
      this.#send({ type: `session.${kind}.append`, event_id, content, delegation_id: null });
    }
  }

  /** The candidate says this, by typing it; the service tells nothing of it. */
  say(text: string): void {
    this.#turns.say(text);
  }

  answerTool(call_id: string, output: string, proceed: boolean): void {
    this.#send({ type: "response.item.create", item: { type: "function_call_output", call_id, output } });
    if (proceed) this.#send({ type: "response.create" });
  }

  /** There is nothing that could be asked for. */
  retrieve(itemId: string): void {
    this.#after(0, () => this.#emit({ type: "not_retrieved", itemId, isFinal: true }));
  }

  conclude(): readonly CallEvent[] {
    return this.#turns.finish();
  }

  /** The socket is gone, or about to be. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#turns.stop();
  }

  #take(event: LiveEvent): void {
    switch (event.type) {
      case "session":
        if (event.isStart) this.#start();
        this.#expiresAt = event.expiresAt;
        return this.#tellExpiry();
      case "fragment":
        this.#run();
        return this.#turns.take(event.fragment);
      case "taken":
        this.#run();
        return this.#appends.taken(event.kind, event.id, event.startMs);
      case "response":
        for (const told of this.#responses.read(event.event, event.delegationId)) this.#emit(told);
        return;
      case "lasted":
        return this.#emit(event);
      case "error":
        if (event.id !== undefined && this.#appends.refused(event.id))
          this.#emit({ type: "not_taken", code: event.code });
        return;
      case "closed":
        for (const told of this.#turns.finish()) this.#emit(told);
        if (event.seconds !== undefined) this.#emit({ type: "lasted", seconds: event.seconds });
        return this.#emit({ type: "over", isPolicy: event.reason === "content" });
      case "unreadable":
        return this.#emit(event);
    }
  }

  #tellExpiry(): void {
    if (this.#isConfigured) for (const expiry of toExpiry(this.#expiresAt)) this.#emit(expiry);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#after(TIMELINE_WITHIN_MS, () => this.#run());
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    if (this.#isConfigured) this.#emit({ type: "ready" });
  }

  #after(ms: number, act: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }
}
