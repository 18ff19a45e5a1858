import { type Clock, Timers } from "../clock.ts";
import type { CallFault } from "../faults.ts";
import type { SpeechOutput } from "../audio/playout.ts";
import type { Offer } from "../peer/offer.ts";
import type { Peer, PeerListener } from "../peer/peer.ts";
import type { SpokenInterview } from "../script/spoken-interview.ts";
import type {
  Audience,
  ClientChannel,
  SessionEnd,
  VoiceSession,
  VoiceSessionOptions,
  WireEvent,
} from "../session/voice-session.ts";
import type { CallEndReason, CallReport, CallRequest, VoiceApi } from "./call-report.ts";
import type { LineFactory, MediaLine } from "./media-line.ts";
import { EventLog, type SimulatorEvent } from "./simulator-event.ts";

/** A call with no packet for so long, and no ICE consent either, has lost its client. */
const INACTIVITY_MS = 30_000;
const INACTIVITY_CHECK_MS = 1000;

/** Closing a peer at once loses one in ten of the events that were sent just before (measured). */
const LAST_WORDS_MS = 100;

const LOG_CHANNELS = { data: "data", sidebands: "sideband", all: "session" } as const;

const SESSION_ENDS: Record<CallEndReason, SessionEnd> = {
  hangup: "hangup",
  peer_closed: "peer_closed",
  peer_failed: "peer_lost",
  inactive: "peer_lost",
  expired: "expired",
  session_closed: "hangup",
  fault: "aborted",
  simulator_closed: "aborted",
};

/** A sideband as the call sees it. */
export interface Sideband {
  send(text: string): void;
  /** The call has ended. */
  close(reason: CallEndReason): void;
}

/** What a call is made of. */
export interface CallOptions {
  readonly api: VoiceApi;
  readonly id: string;
  readonly request: CallRequest;
  readonly offer: Offer;
  readonly interview: SpokenInterview;
  /** Makes the session of the API that was asked for. */
  readonly createSession: (options: VoiceSessionOptions) => VoiceSession;
  readonly clock: Clock;
  readonly createLine: LineFactory;
  /** Events that its log keeps at most. */
  readonly maxLoggedEvents: number;
  /** Told of every entry of the log. */
  readonly observe: (event: SimulatorEvent) => void;
}

/** One call: ties a peer, a session, the voice and the sidebands together, and ends them together. */
export class Call implements PeerListener {
  readonly #options: CallOptions;
  readonly #timers: Timers;
  readonly #session: VoiceSession;
  readonly #line: MediaLine;
  readonly #sidebands = new Set<Sideband>();
  readonly #log: EventLog;
  readonly #createdAt: number;
  #isInterviewerHeard = false;
  #peer: Peer | undefined;
  #state: CallReport["state"] = "connecting";
  #endReason: CallEndReason | undefined;
  #connectedAt: number | undefined;
  #endedAt: number | undefined;
  #lastHeardAt: number;
  /** What ends it, so long after it is connected. */
  #strike: { readonly afterMs: number; readonly act: () => void } | undefined;
  #isDepartureUnseen = false;
  #sidebandRefusedUntil = 0;

  constructor(options: CallOptions) {
    this.#options = options;
    const { clock } = options;
    this.#createdAt = clock.now();
    this.#lastHeardAt = this.#createdAt;
    this.#timers = new Timers(clock);
    this.#log = new EventLog(options.maxLoggedEvents);
    this.#line = options.createLine(options.offer, {
      isHeld: () => this.#session.isHeld,
      started: (responseId) => {
        this.#session.playoutStarted(responseId);
        this.#isInterviewerHeard = true;
        this.#record("call", "session", "call.interviewer_started");
      },
      finished: (responseId) => {
        this.#session.playoutFinished(responseId);
        this.#isInterviewerHeard = false;
        this.#record("call", "session", "call.interviewer_finished");
      },
      packetReceived: (opus) => this.#session.packetReceived(opus),
      packetSent: (opus) => this.#session.packetSent(opus),
      heard: (level) => this.#session.hear(level),
      heardSpeech: (durationMs) => this.#session.hearSpeech(durationMs),
    });
    this.#session = options.createSession({
      clock,
      interview: options.interview,
      output: this.#output,
      hasPackets: this.#line.hasPackets,
      listener: {
        received: (channel, type, event, characters) => this.#record("client", channel, type, { event, characters }),
        event: (event, audience) => this.#broadcast(event, audience),
        ended: (reason) => this.#timers.after(LAST_WORDS_MS, () => this.end(reason)),
        seeded: (answer) => this.#line.seeded(answer),
        reflect: (text) => this.#sendToSidebands(text),
        said: (event) => this.#record("call", "session", "call.said", { event, characters: event.text.length }),
        candidate: (state) => this.#record("call", "session", `call.candidate_${state}`),
      },
    });
    this.#record("call", "session", "call.created");
  }

  /** `rtc_…` or `live_…` */
  get id(): string {
    return this.#options.id;
  }

  /** Which API it was made by. */
  get api(): VoiceApi {
    return this.#options.api;
  }

  /** True until it has ended. */
  get isLive(): boolean {
    return this.#state !== "ended";
  }

  /** True while a fault keeps sidebands out. */
  get refusesSidebands(): boolean {
    return this.#options.clock.now() < this.#sidebandRefusedUntil;
  }

  /** Takes the peer that this call listens to. */
  usePeer(peer: Peer): void {
    this.#peer = peer;
    this.#line.usePeer(peer);
    if (!this.isLive) {
      peer.close();
    } else if (peer.canBeLost) {
      this.#watchActivity();
    }
  }

  connected(): void {
    if (this.#strike?.afterMs === 0) {
      this.#strike.act();
    }
    if (!this.isLive) {
      return;
    }
    this.#state = "connected";
    this.#connectedAt = this.#options.clock.now();
    this.#record("call", "session", "call.connected");
    this.#session.audioStarted();
    this.#line.connected();
    if (this.#strike !== undefined && this.#strike.afterMs > 0) {
      this.#timers.after(this.#strike.afterMs, this.#strike.act);
    }
  }

  channelOpened(): void {
    this.#record("call", "data", "call.channel_opened");
    this.#session.dataChannelOpened();
  }

  text(message: string): void {
    this.#lastHeardAt = this.#options.clock.now();
    this.#receive("data", message);
  }

  packet(packet: Buffer): void {
    this.#lastHeardAt = this.#options.clock.now();
    this.#line.receive(packet);
  }

  ended(reason: "peer_closed" | "peer_failed"): void {
    if (!this.#isDepartureUnseen) {
      this.end(reason);
    }
  }

  /** Attaches a sideband, and greets it where the API does. */
  attach(sideband: Sideband): void {
    this.#sidebands.add(sideband);
    this.#record("call", "sideband", "call.sideband_attached");
    for (const event of this.#session.sidebandAttached()) {
      const text = JSON.stringify(event);
      this.#record("server", "sideband", event.type, { event, characters: text.length });
      sideband.send(text);
    }
  }

  /** Lets a sideband go. */
  detach(sideband: Sideband): void {
    if (this.#sidebands.delete(sideband)) {
      this.#session.sidebandDetached();
      this.#record("call", "sideband", "call.sideband_detached");
    }
  }

  /** How many sidebands are attached. */
  get sidebandCount(): number {
    return this.#sidebands.size;
  }

  /** Takes a text frame from a sideband. */
  receiveFromSideband(text: string): void {
    this.#receive("sideband", text);
  }

  /** Makes something go wrong, now or when its time comes. */
  applyFault(fault: CallFault): void {
    switch (fault.kind) {
      case "early_close":
        this.#strikeAfter(0, () => this.end("fault"));
        break;
      case "drop_call":
        this.#strikeAfter(fault.afterMs, () => this.end("fault"));
        break;
      case "expire":
        this.#strikeAfter(fault.afterMs, () => this.#session.endItself("expired"));
        break;
      case "content":
        this.#strikeAfter(fault.afterMs, () => this.#session.endItself("content"));
        break;
      case "unseen_departure":
        this.#isDepartureUnseen = true;
        break;
      case "media_silence":
        this.#line.silence();
        break;
      case "sideband_404":
        this.#sidebandRefusedUntil = this.#options.clock.now() + (fault.forMs ?? Number.POSITIVE_INFINITY);
        break;
      case "transcription_failed":
        this.#session.failNextTranscription();
        break;
    }
  }

  /** Ends the call and everything of it. Ending it again changes nothing. */
  end(reason: CallEndReason): void {
    if (!this.isLive) {
      return;
    }
    // Its last events go out before it counts as ended.
    this.#session.close(SESSION_ENDS[reason]);
    this.#interviewerIsCut();
    this.#state = "ended";
    this.#endReason = reason;
    this.#endedAt = this.#options.clock.now();
    this.#timers.close();
    this.#line.close();
    this.#peer?.close();
    for (const sideband of this.#sidebands) {
      sideband.close(reason);
    }
    this.#sidebands.clear();
    this.#record("call", "session", "call.ended", { event: { reason }, characters: 0 });
  }

  /** A copy of what is known about it. */
  report(): CallReport {
    const { id, request } = this.#options;
    return {
      api: this.api,
      id,
      sessionId: this.#session.id,
      state: this.#state,
      ...(this.#endReason !== undefined && { endReason: this.#endReason }),
      createdAt: this.#createdAt,
      ...(this.#connectedAt !== undefined && { connectedAt: this.#connectedAt }),
      ...(this.#endedAt !== undefined && { endedAt: this.#endedAt }),
      packetsReceived: this.#line.packetsReceived,
      packetsSent: this.#line.packetsSent,
      speechSegments: this.#session.speechSegments,
      sidebands: this.#sidebands.size,
      safetyIdentifier: request.safetyIdentifier,
      request,
      events: this.#log.entries,
    };
  }

  /** The interviewer's voice as the session uses it. */
  get #output(): SpeechOutput {
    const { output } = this.#line;
    return {
      play: (utterance) => output.play(utterance),
      shorten: (responseId, share) => output.shorten(responseId, share),
      clear: () => {
        const cut = output.clear();
        this.#interviewerIsCut();
        return cut;
      },
    };
  }

  #interviewerIsCut(): void {
    if (this.#isInterviewerHeard) {
      this.#isInterviewerHeard = false;
      this.#record("call", "session", "call.interviewer_cut");
    }
  }

  #strikeAfter(afterMs: number, act: () => void): void {
    this.#strike = { afterMs, act };
    if (this.#state === "connected") {
      this.#timers.after(afterMs, act);
    }
  }

  #receive(channel: ClientChannel, text: string): void {
    if (this.isLive) {
      this.#session.receive(channel, text);
    }
  }

  #broadcast(event: WireEvent, audience: Audience): void {
    const text = JSON.stringify(event);
    this.#record("server", LOG_CHANNELS[audience], event.type, { event, characters: text.length });
    if (audience !== "sidebands") {
      this.#peer?.sendText(text);
    }
    if (audience !== "data") {
      this.#sendToSidebands(text);
    }
  }

  #sendToSidebands(text: string): void {
    for (const sideband of this.#sidebands) {
      sideband.send(text);
    }
  }

  #record(
    direction: SimulatorEvent["direction"],
    channel: SimulatorEvent["channel"],
    type: string,
    content?: { readonly event: unknown; readonly characters: number },
  ): void {
    const at = this.#options.clock.now();
    const entry = { callId: this.id, direction, channel, type, at, ...(content && { event: content.event }) };
    this.#log.add(entry, content?.characters ?? 0);
    this.#options.observe(entry);
  }

  #watchActivity(): void {
    this.#timers.after(INACTIVITY_CHECK_MS, () => {
      const silentMs = this.#options.clock.now() - this.#lastHeardAt;
      if (silentMs >= INACTIVITY_MS && this.#peer?.isReachable() !== true) {
        this.end("inactive");
      } else {
        this.#watchActivity();
      }
    });
  }
}
