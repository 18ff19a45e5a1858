import type { SessionClosedEvent } from "openai/resources/live/live";
import type { AudioLevel } from "../audio/rtp.ts";
import { Timers } from "../clock.ts";
import { quotedWords } from "../script/quoted-words.ts";
import type { ClientEventError } from "../session/client-event-error.ts";
import { newId } from "../session/ids.ts";
import { splitTokens } from "../session/tokens.ts";
import type {
  Audience,
  ClientChannel,
  SessionEnd,
  VoiceSession,
  VoiceSessionOptions,
  WireEvent,
} from "../session/voice-session.ts";
import { type AudioReflection, ReflectedFrames } from "./audio-reflection.ts";
import { ChannelPermissions } from "./channel-permissions.ts";
import { type LiveClientEvent, type LiveClientEventOf, parseLiveFrame } from "./client-events.ts";
import { Delegations } from "./delegations.ts";
import { LiveInterview } from "./live-interview.ts";
import { PacketReflection } from "./packet-reflection.ts";
import { type AcceptedAppend, type Append, PendingAppends } from "./pending-appends.ts";
import {
  appendTooLong,
  INJECTION_INCOMPLETE,
  notPermitted,
  notSupported,
  SESSION_IS_CLOSING,
  UNKNOWN_DELEGATION,
} from "./refusals.ts";
import type { LiveServerEventBody } from "./server-events.ts";
import { type LiveSessionResource, updateResource } from "./session-resource.ts";
import { TimedReflection } from "./timed-reflection.ts";
import { Timeline } from "./timeline.ts";
import { UsageMeter } from "./usage-meter.ts";

const MAX_APPEND_TOKENS = 500;

/** What is under way when a session is closed, such as a response of the backend, has so long to end. */
const DRAIN_MS = 150;

const ACKS = {
  "session.instructions.append": "session.instructions.appended",
  "session.thinking.append": "session.thinking.appended",
  "session.commentary.append": "session.commentary.appended",
} as const;

const DELTAS = {
  candidate: "session.input_transcript.delta",
  interviewer: "session.output_transcript.delta",
} as const;

const CLOSE_REASONS: Record<Exclude<SessionEnd, "aborted">, SessionClosedEvent["reason"]> = {
  hangup: "close_requested",
  expired: "expired",
  peer_closed: "remote_hangup",
  peer_lost: "connection_lost",
};

type ShownSession = Extract<LiveServerEventBody, { type: "session.started" }>["session"];

/** What a Live session is made of. */
export interface LiveSessionOptions extends VoiceSessionOptions {
  readonly resource: LiveSessionResource;
  /** Whether sidebands get the audio of both sides. */
  readonly reflectsAudio: boolean;
  /** Whether a sideband is sent `session.started` when it attaches; the documentation says neither. */
  readonly greetsSidebands: boolean;
}

/**
 * One Live session: takes client events and the candidate's voice, and speaks its interview. Nothing of it is in turns:
 * it tells words with their times, and acknowledges.
 */
export class LiveSession implements VoiceSession {
  readonly #options: LiveSessionOptions;
  readonly #timers: Timers;
  readonly #timeline: Timeline;
  readonly #permissions: ChannelPermissions;
  readonly #interview: LiveInterview;
  readonly #appends: PendingAppends;
  readonly #delegations: Delegations;
  readonly #usage: UsageMeter;
  readonly #reflection: AudioReflection | undefined;
  #resource: LiveSessionResource;
  #sidebands = 0;
  #state: "open" | "closing" | "closed" = "open";

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    const { clock, resource, interview, output, listener } = options;
    this.#resource = resource;
    this.#timers = new Timers(clock);
    this.#timeline = new Timeline(clock, options.hasPackets);
    this.#permissions = new ChannelPermissions(resource.client?.data_channel);
    const [timers, timeline] = [this.#timers, this.#timeline];
    this.#interview = new LiveInterview({
      clock,
      timers,
      timeline,
      interview,
      output,
      input: resource.input,
      listener: {
        spoke: (role, piece) => this.#emit({ type: DELTAS[role], ...piece }),
        said: (words) => listener.said(words),
        candidate: (state) => listener.candidate(state),
        finished: (turn) => this.#delegations.begin(turn.tools, this.#resource.delegation),
      },
    });
    this.#appends = new PendingAppends(timers, timeline, (accepted) => this.#accept(accepted));
    this.#delegations = new Delegations(timers, timeline, (event) => this.#emit(event));
    this.#usage = new UsageMeter(timers, timeline, (usage) => this.#emit({ type: "session.usage.updated", ...usage }));
    this.#reflection = options.reflectsAudio ? this.#reflect() : undefined;
    timers.after(resource.expires_at * 1000 - clock.now(), () => this.endItself("expired"));
  }

  get id(): string {
    return this.#resource.id;
  }

  get speechSegments(): number {
    return this.#interview.speechSegments;
  }

  dataChannelOpened(): void {
    if (this.#permissions.areRestricted) {
      const message = "The frontend data channel is configured with restricted event permissions.";
      this.#emit({ type: "info", code: "data_channel_permissions", message }, "data");
    }
    this.#emit(this.#started, "data");
  }

  sidebandAttached(): readonly WireEvent[] {
    this.#sidebands += 1;
    this.#reflection?.listen(true);
    return this.#options.greetsSidebands ? [{ ...this.#started, event_id: newId("event") }] : [];
  }

  sidebandDetached(): void {
    this.#sidebands -= 1;
    this.#reflection?.listen(this.#sidebands > 0);
  }

  audioStarted(): void {
    this.#usage.start();
    if (!this.#options.hasPackets) {
      this.#advance();
    }
    const { answerOwed } = this.#interview;
    if (answerOwed !== undefined) {
      this.#options.listener.seeded(answerOwed);
    }
  }

  packetReceived(opus: Uint8Array): void {
    this.#advance();
    this.#reflection?.received(opus);
  }

  packetSent(opus: Uint8Array): void {
    this.#reflection?.sent(opus);
  }

  hear(level: AudioLevel): void {
    this.#interview.hear(level);
  }

  hearSpeech(durationMs: number): void {
    this.#reflection?.candidateSpeaks(durationMs);
    this.#interview.hearSpeech(durationMs);
  }

  /** While no audio comes, the interviewer is not generated either. */
  get isHeld(): boolean {
    return !this.#timeline.isRunning;
  }

  playoutStarted(responseId: string): void {
    this.#interview.playoutStarted(responseId);
  }

  playoutFinished(): void {
    this.#interview.playoutFinished();
  }

  endItself(why: "expired" | "content"): void {
    this.#finish(why);
    this.#options.listener.ended(why === "expired" ? "expired" : "session_closed");
  }

  /** No event tells of it: the words are missing. */
  failNextTranscription(): void {
    this.#interview.failNextTranscription();
  }

  receive(channel: ClientChannel, text: string): void {
    const frame = parseLiveFrame(text);
    this.#options.listener.received(channel, frame.type, frame.value, text.length);
    if (channel === "data" && !this.#permissions.allowsClient(frame.type)) {
      // Whether OpenAI says so is not known. Where it would, only the channel that may not is told.
      this.#fail(notPermitted(frame.type), frame.eventId, "data");
      return;
    }
    const error = frame.ok ? this.#handle(frame.event) : frame.error;
    if (error !== undefined) {
      this.#fail(error, frame.eventId);
    }
  }

  close(end: SessionEnd): void {
    if (end === "aborted") {
      this.#interview.end();
      this.#state = "closed";
    } else {
      this.#finish(CLOSE_REASONS[end]);
    }
    this.#timers.close();
    this.#reflection?.close();
  }

  #reflect(): AudioReflection {
    const { clock, hasPackets, listener } = this.#options;
    const frames = new ReflectedFrames(this.#timeline, (text) => listener.reflect(text));
    return hasPackets
      ? new PacketReflection(frames)
      : new TimedReflection(clock, frames, () => this.#interview.isInterviewerSpeaking);
  }

  #advance(): void {
    this.#timeline.advance();
    this.#appends.proceed();
  }

  get #started(): Extract<LiveServerEventBody, { type: "session.started" }> {
    return { type: "session.started", session: this.#shown };
  }

  /** The session as OpenAI types it: what a model reads was taken as it came, and is shown so. */
  get #shown(): ShownSession {
    const { delegation, triggers, ...others } = this.#resource;
    return {
      ...others,
      delegation: delegation as NonNullable<ShownSession["delegation"]>,
      ...(triggers !== undefined && { triggers: triggers as NonNullable<ShownSession["triggers"]> }),
    };
  }

  #handle(event: LiveClientEvent): ClientEventError | undefined {
    if (this.#state !== "open") {
      return SESSION_IS_CLOSING;
    }
    switch (event.type) {
      case "session.update":
        return this.#update(event);
      case "session.input_audio.mute":
        this.#interview.mute();
        return this.#emit({ type: "session.input_audio.muted", ...echo(event) });
      case "session.input_audio.unmute":
        this.#interview.unmute();
        return this.#emit({ type: "session.input_audio.unmuted", ...echo(event) });
      case "session.instructions.append":
      case "session.thinking.append":
      case "session.commentary.append":
        return this.#append(event);
      case "response.item.create":
        return this.#delegations.addItem(event.item, this.#resource.delegation);
      case "response.create":
        return this.#delegations.proceed(this.#resource.delegation);
      case "session.close":
        return this.#startClosing(event);
      default:
        return notSupported(event.type);
    }
  }

  #update(event: LiveClientEventOf<"session.update">): ClientEventError | undefined {
    const updated = updateResource(this.#resource, event.session);
    if (!updated.ok) {
      return updated.error;
    }
    this.#resource = updated.value;
    return this.#emit({ type: "session.updated", session: this.#shown, ...echo(event) });
  }

  #append(append: Append): ClientEventError | undefined {
    if (splitTokens(append.content).length > MAX_APPEND_TOKENS) {
      return appendTooLong(MAX_APPEND_TOKENS);
    }
    if (append.delegation_id !== null && !this.#delegations.isOfClient(append.delegation_id)) {
      return UNKNOWN_DELEGATION;
    }
    this.#appends.add(append);
    return undefined;
  }

  /** Instructions are followed, comments are spoken, thoughts are silent, and may lead to the next question. */
  #accept({ append, startMs, endMs }: AcceptedAppend): void {
    this.#emit({ type: ACKS[append.type], start_ms: startMs, end_ms: endMs, ...echo(append) });
    if (append.type === "session.instructions.append") {
      this.#interview.follow(append.content);
    } else if (append.type === "session.commentary.append") {
      this.#interview.sayAside(quotedWords(append.content) ?? append.content);
    } else {
      this.#interview.consider(append.content);
    }
  }

  #startClosing(event: LiveClientEventOf<"session.close">): undefined {
    this.#state = "closing";
    this.#interview.end();
    this.#giveUpAppends();
    this.#timers.after(DRAIN_MS, () => {
      this.#finish("close_requested", event);
      this.#options.listener.ended("session_closed");
    });
  }

  /** The last event of a session, once. */
  #finish(reason: SessionClosedEvent["reason"], request: { readonly event_id?: string | null } = {}): void {
    if (this.#state === "closed") {
      return;
    }
    this.#interview.end();
    this.#giveUpAppends();
    this.#state = "closed";
    const usage = { seconds: this.#usage.seconds };
    this.#emit({ type: "session.closed", reason, session: this.#shown, usage, ...echo(request) });
    this.#timers.close();
  }

  #giveUpAppends(): void {
    for (const { event_id = null } of this.#appends.takeAll()) {
      this.#fail(INJECTION_INCOMPLETE, event_id);
    }
  }

  #fail({ code, message, param }: ClientEventError, eventId: string | null, to: "data" | "all" = "all"): void {
    const named = { ...(param !== null && { param }), ...(eventId !== null && { client_event_id: eventId }) };
    this.#emit({ type: "error", error: { type: "invalid_request_error", code, message, ...named } }, to);
  }

  #emit(event: LiveServerEventBody, to: "data" | "all" = "all"): undefined {
    const isAllowed = this.#permissions.allowsServer(event);
    const audience: Audience | undefined = isAllowed ? to : to === "all" ? "sidebands" : undefined;
    if (audience !== undefined) {
      this.#options.listener.event({ ...event, event_id: newId("event") }, audience);
    }
  }
}

/** How an acknowledgment names what it acknowledges. */
function echo({ event_id }: { readonly event_id?: string | null }): { client_event_id?: string } {
  return event_id === undefined || event_id === null ? {} : { client_event_id: event_id };
}
