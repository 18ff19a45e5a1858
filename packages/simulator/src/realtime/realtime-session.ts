import type { AudioLevel } from "../audio/rtp.ts";
import { Timers } from "../clock.ts";
import { saidAgain } from "../script/lines-said.ts";
import { quotedWords } from "../script/quoted-words.ts";
import type { SpokenTurn } from "../script/spoken-interview.ts";
import type { ClientEventError } from "../session/client-event-error.ts";
import { type ClientEvent, type ClientEventOf, parseClientFrame } from "./client-events.ts";
import { Conversation } from "./conversation.ts";
import { newId, newPlayoutEventId } from "../session/ids.ts";
import { NO_ACTIVE_RESPONSE, NOTHING_TO_COMMIT, responseIsActive, SESSION_EXPIRED } from "./refusals.ts";
import { type ResponseLine, ResponseRun } from "./response-run.ts";
import type { ServerEventBody, SpokenUserItem } from "./server-events.ts";
import { type EffectiveSession, mergeSession, refuseUpdate } from "./session-config.ts";
import type { ResponseParams, SessionConfig } from "./session-config-schema.ts";
import { CandidateInput, type CandidateTurn } from "../session/candidate-input.ts";
import type { ClientChannel, VoiceSession, VoiceSessionOptions } from "../session/voice-session.ts";
import { speechDetection } from "./speech-detection.ts";
import { transcribe } from "./transcription.ts";

/** What a Realtime session is made of. */
export interface RealtimeSessionOptions extends VoiceSessionOptions {
  readonly session: EffectiveSession;
}

type Handler<T extends ClientEvent["type"]> = (event: ClientEventOf<T>) => ClientEventError | undefined;
type Handlers = { readonly [T in ClientEvent["type"]]: Handler<T> };

/**
 * One Realtime session: takes client events and audio levels, and answers with the server events of OpenAI's order. It
 * knows nothing of sockets or media.
 */
export class RealtimeSession implements VoiceSession {
  readonly isHeld = false;
  readonly #options: RealtimeSessionOptions;
  readonly #timers: Timers;
  readonly #conversation: Conversation;
  readonly #conversationId = newId("conv");
  readonly #input: CandidateInput;
  readonly #handlers: Handlers = {
    "session.update": ({ session }) => this.#updateSession(session),
    "response.create": ({ response }) => this.#createResponse(response ?? {}),
    "response.cancel": ({ response_id }) => this.#cancelResponse(response_id),
    "conversation.item.create": (event) => this.#createItem(event),
    "conversation.item.retrieve": ({ item_id }) => {
      const found = this.#conversation.retrieve(item_id);
      return found.ok ? this.#emit({ type: "conversation.item.retrieved", item: found.value }) : found.error;
    },
    "conversation.item.delete": ({ item_id }) => {
      const deleted = this.#conversation.delete(item_id);
      return deleted.ok ? this.#emit({ type: "conversation.item.deleted", item_id }) : deleted.error;
    },
    "conversation.item.truncate": ({ item_id, audio_end_ms }) => this.#truncate(item_id, audio_end_ms),
    "output_audio_buffer.clear": () => this.#clearOutput(),
    "input_audio_buffer.append": ({ audio }) => this.#input.append(audio),
    "input_audio_buffer.clear": () => {
      this.#input.clear();
      return this.#emit({ type: "input_audio_buffer.cleared" });
    },
    "input_audio_buffer.commit": () => this.#commitInput(),
  };
  #session: EffectiveSession;
  #run: ResponseRun | undefined;
  #failsNextTranscription = false;

  constructor(options: RealtimeSessionOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#conversation = new Conversation(options.interview.lines);
    this.#timers = new Timers(options.clock);
    this.#input = new CandidateInput(options.clock, speechDetection(options.session.audio.input.turn_detection), {
      speechStarted: (itemId, audioStartMs) => this.#speechStarted(itemId, audioStartMs),
      speechStopped: (turn) => this.#speechStopped(turn),
    });
    this.#timers.after(options.session.expires_at * 1000 - options.clock.now(), () => this.endItself("expired"));
  }

  get id(): string {
    return this.#session.id;
  }

  get speechSegments(): number {
    return this.#input.segments;
  }

  dataChannelOpened(): void {
    this.#emit({ type: "session.created", session: this.#session }, "data");
  }

  /** A sideband is not greeted. */
  sidebandAttached(): readonly [] {
    return [];
  }

  /** Times of the candidate's audio count from here. */
  audioStarted(): void {
    this.#input.audioStarted();
  }

  sidebandDetached(): void {}

  /** Silence is measured by the clock, so a packet counts by its level alone. */
  packetReceived(): void {}

  packetSent(): void {}

  hear(level: AudioLevel): void {
    this.#input.hear(level);
  }

  hearSpeech(durationMs: number): void {
    this.#input.hearSpeech(durationMs);
  }

  playoutStarted(responseId: string): void {
    this.#emit({ type: "output_audio_buffer.started", response_id: responseId });
  }

  playoutFinished(responseId: string): void {
    this.#emit({ type: "output_audio_buffer.stopped", response_id: responseId });
  }

  /** For content it has no event: a response is cut short, which a script's never is. */
  endItself(why: "expired" | "content"): void {
    if (why === "expired") {
      this.#fail(SESSION_EXPIRED, null);
    }
    this.#options.listener.ended(why === "expired" ? "expired" : "session_closed");
  }

  failNextTranscription(): void {
    this.#failsNextTranscription = true;
  }

  receive(channel: ClientChannel, text: string): void {
    const frame = parseClientFrame(text);
    this.#options.listener.received(channel, frame.type, frame.value, text.length);
    const error = frame.ok ? this.#handle(frame.event) : frame.error;
    if (error !== undefined) {
      this.#fail(error, frame.eventId);
    }
  }

  close(): void {
    this.#timers.close();
    this.#input.close();
    this.#run = undefined;
  }

  #handle(event: ClientEvent): ClientEventError | undefined {
    // The table pairs each type with its event, which the compiler cannot follow through an index.
    const handler = this.#handlers[event.type] as Handler<ClientEvent["type"]>;
    return handler(event);
  }

  #updateSession(update: SessionConfig): ClientEventError | undefined {
    const refusal = refuseUpdate(this.#session, update, this.#conversation.hasAssistantAudio);
    if (refusal !== undefined) {
      return refusal;
    }
    this.#session = mergeSession(this.#session, update);
    this.#input.configure(speechDetection(this.#session.audio.input.turn_detection));
    return this.#emit({ type: "session.updated", session: this.#session });
  }

  #createResponse(params: ResponseParams): ClientEventError | undefined {
    if (this.#run !== undefined) {
      return responseIsActive(this.#run.id);
    }
    const run = new ResponseRun(
      {
        timers: this.#timers,
        conversation: this.#conversation,
        conversationId: this.#conversationId,
        output: this.#options.output,
        session: this.#session,
        emit: (event) => this.#emit(event),
        ended: () => {
          this.#run = undefined;
        },
      },
      this.#nextLine(params),
      params,
    );
    this.#run = run;
    run.start();
    return undefined;
  }

  #nextLine({ instructions = "" }: ResponseParams): ResponseLine {
    const { interview } = this.#options;
    const quoted = quotedWords(instructions);
    if (quoted !== undefined) {
      return { turn: interview.aside(quoted), isAside: true };
    }
    const { interviewerTurns, isLeftUnanswered } = this.#conversation;
    const question = this.#conversation.takeQuestion();
    if (question !== undefined) {
      return { turn: interview.turnInstead(interviewerTurns, question), isAside: false };
    }
    return isLeftUnanswered
      ? { turn: saidAgain(interview, interviewerTurns), isAside: true }
      : { turn: interview.turnAfter(interviewerTurns), isAside: false };
  }

  #cancelResponse(id: string | undefined): ClientEventError | undefined {
    if (this.#run === undefined || (id !== undefined && id !== this.#run.id)) {
      return NO_ACTIVE_RESPONSE;
    }
    this.#run.cancel("client_cancelled");
    return undefined;
  }

  #createItem(event: ClientEventOf<"conversation.item.create">): ClientEventError | undefined {
    const created = this.#conversation.create(event);
    if (!created.ok) {
      return created.error;
    }
    const { item, previousId } = created.value;
    if (item.type === "message" && item.role !== "system") {
      this.#options.listener.seeded(item.role === "assistant" ? this.#turnInHand.answer : undefined);
    }
    this.#emit({ type: "conversation.item.added", previous_item_id: previousId, item });
    return this.#emit({ type: "conversation.item.done", previous_item_id: previousId, item });
  }

  #truncate(itemId: string, audioEndMs: number): ClientEventError | undefined {
    const truncated = this.#conversation.truncate(itemId, audioEndMs);
    if (!truncated.ok) {
      return truncated.error;
    }
    return this.#emit({
      type: "conversation.item.truncated",
      item_id: itemId,
      content_index: 0,
      audio_end_ms: audioEndMs,
    });
  }

  #clearOutput(): undefined {
    for (const { responseId } of this.#options.output.clear()) {
      this.#emit({ type: "output_audio_buffer.cleared", response_id: responseId });
    }
  }

  #commitInput(): ClientEventError | undefined {
    const turn = this.#input.commit();
    if (turn === undefined) {
      return NOTHING_TO_COMMIT;
    }
    this.#takeTurn(turn);
    return undefined;
  }

  #speechStarted(itemId: string, audioStartMs: number): void {
    this.#emit({ type: "input_audio_buffer.speech_started", item_id: itemId, audio_start_ms: audioStartMs });
    this.#options.listener.candidate("started");
    if (this.#session.audio.input.turn_detection?.interrupt_response === true) {
      this.#interrupt();
    }
  }

  /** Barge-in. On WebRTC the server owns the output buffer, so it truncates by itself. */
  #interrupt(): void {
    this.#run?.cancel("turn_detected");
    for (const { responseId, itemId, playedMs } of this.#options.output.clear()) {
      this.#emit({ type: "output_audio_buffer.cleared", response_id: responseId });
      // A response outside the conversation has no item there: then there is nothing to truncate, and no error to tell.
      this.#truncate(itemId, playedMs);
    }
  }

  #speechStopped(turn: CandidateTurn): void {
    this.#emit({
      type: "input_audio_buffer.speech_stopped",
      item_id: turn.itemId,
      audio_end_ms: turn.audioEndMs,
    });
    this.#options.listener.candidate("stopped");
    this.#takeTurn(turn);
    if (this.#session.audio.input.turn_detection?.create_response === true && this.#run === undefined) {
      this.#createResponse({});
    }
  }

  /** What the interviewer has asked last. */
  get #turnInHand(): SpokenTurn {
    return this.#options.interview.turnAfter(Math.max(0, this.#conversation.interviewerTurns - 1));
  }

  /** Makes an utterance part of the conversation: steps 5 to 7 of a spoken turn, and its transcription. */
  #takeTurn({ itemId, audioMs }: CandidateTurn): void {
    const { answer } = this.#turnInHand;
    const fails = answer.transcriptionFails || this.#failsNextTranscription;
    const spoken = (text: string | null): SpokenUserItem => ({
      id: itemId,
      type: "message",
      status: "completed",
      role: "user",
      content: [{ type: "input_audio", transcript: text }],
    });
    const { item, previousId } = this.#conversation.append(spoken(null), { audioMs });
    this.#emit({ type: "input_audio_buffer.committed", previous_item_id: previousId, item_id: itemId });
    this.#emit({ type: "conversation.item.added", previous_item_id: previousId, item });
    this.#emit({ type: "conversation.item.done", previous_item_id: previousId, item });
    const settings = this.#session.audio.input.transcription;
    if (settings !== null) {
      this.#failsNextTranscription = false;
      transcribe(
        { itemId, transcript: answer.text, audioMs, fails, settings },
        this.#timers,
        (event) => this.#emit(event),
        () => this.#conversation.update(spoken(answer.text)),
      );
    }
  }

  #fail(error: ClientEventError, eventId: string | null): void {
    this.#emit({ type: "error", error: { type: "invalid_request_error", ...error, event_id: eventId } });
  }

  #emit(event: ServerEventBody, audience: "data" | "all" = "all"): undefined {
    const id = event.type.startsWith("output_audio_buffer.") ? newPlayoutEventId() : newId("event");
    this.#options.listener.event({ ...event, event_id: id }, audience);
  }
}
