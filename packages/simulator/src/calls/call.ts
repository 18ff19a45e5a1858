import { type Clock, Timers } from "../clock.ts";
import type { CallFault } from "../faults.ts";
import type { Offer } from "../peer/offer.ts";
import type { Peer, PeerListener } from "../peer/peer.ts";
import type { SpokenInterview } from "../script/spoken-interview.ts";
import { parseClientFrame } from "../session/client-events.ts";
import type { ServerEvent } from "../session/server-events.ts";
import type { EffectiveSession } from "../session/session-config.ts";
import { SessionEngine } from "../session/session-engine.ts";
import type { CallEndReason, CallReport, CallRequest } from "./call-report.ts";
import type { LineFactory, MediaLine } from "./media-line.ts";
import { EventLog, type SimulatorEvent } from "./simulator-event.ts";

/** A call with no packet for so long, and no ICE consent either, has lost its client. */
const INACTIVITY_MS = 30_000;
const INACTIVITY_CHECK_MS = 1000;

/** Closing a peer at once loses one in ten of the events that were sent just before (measured). */
const LAST_WORDS_MS = 100;

/** A sideband as the call sees it. */
export interface Sideband {
  send(text: string): void;
  /** The call has ended. */
  close(reason: CallEndReason): void;
}

/** What a call is made of. */
export interface CallOptions {
  readonly id: string;
  readonly request: CallRequest;
  readonly offer: Offer;
  readonly session: EffectiveSession;
  readonly interview: SpokenInterview;
  readonly clock: Clock;
  readonly createLine: LineFactory;
  /** Events that its log keeps at most. */
  readonly maxLoggedEvents: number;
  /** Told of every entry of the log. */
  readonly observe: (event: SimulatorEvent) => void;
}

/** One call: ties a peer, a session engine, the voice and the sidebands together, and ends them together. */
export class Call implements PeerListener {
  readonly #options: CallOptions;
  readonly #timers: Timers;
  readonly #engine: SessionEngine;
  readonly #line: MediaLine;
  readonly #sidebands = new Set<Sideband>();
  readonly #log: EventLog;
  readonly #createdAt: number;
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
      started: (responseId) => this.#engine.playoutStarted(responseId),
      finished: (responseId) => this.#engine.playoutFinished(responseId),
      heard: (level) => this.#engine.hear(level),
      heardSpeech: (durationMs) => this.#engine.hearSpeech(durationMs),
    });
    this.#engine = new SessionEngine({
      clock,
      session: options.session,
      interview: options.interview,
      output: this.#line.output,
      listener: {
        event: (event, audience) => this.#broadcast(event, audience),
        expired: () => this.#timers.after(LAST_WORDS_MS, () => this.end("expired")),
        seeded: (answer) => this.#line.seeded(answer),
      },
    });
    this.#record("call", "session", "call.created");
  }

  /** `rtc_…` */
  get id(): string {
    return this.#options.id;
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
    this.#engine.audioStarted();
    this.#line.connected();
    if (this.#strike !== undefined && this.#strike.afterMs > 0) {
      this.#timers.after(this.#strike.afterMs, this.#strike.act);
    }
  }

  channelOpened(): void {
    this.#record("call", "data", "call.channel_opened");
    this.#engine.dataChannelOpened();
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

  /** Attaches a sideband; it is not greeted. */
  attach(sideband: Sideband): void {
    this.#sidebands.add(sideband);
    this.#record("call", "sideband", "call.sideband_attached");
  }

  /** Lets a sideband go. */
  detach(sideband: Sideband): void {
    if (this.#sidebands.delete(sideband)) {
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
        this.#strikeAfter(fault.afterMs, () => this.#engine.expire());
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
        this.#engine.failNextTranscription();
        break;
    }
  }

  /** Ends the call and everything of it. Ending it again changes nothing. */
  end(reason: CallEndReason): void {
    if (!this.isLive) {
      return;
    }
    this.#state = "ended";
    this.#endReason = reason;
    this.#endedAt = this.#options.clock.now();
    this.#timers.close();
    this.#engine.close();
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
      id,
      sessionId: this.#engine.session.id,
      state: this.#state,
      ...(this.#endReason !== undefined && { endReason: this.#endReason }),
      createdAt: this.#createdAt,
      ...(this.#connectedAt !== undefined && { connectedAt: this.#connectedAt }),
      ...(this.#endedAt !== undefined && { endedAt: this.#endedAt }),
      packetsReceived: this.#line.packetsReceived,
      packetsSent: this.#line.packetsSent,
      speechSegments: this.#engine.speechSegments,
      sidebands: this.#sidebands.size,
      safetyIdentifier: request.safetyIdentifier,
      request,
      events: this.#log.entries,
    };
  }

  #strikeAfter(afterMs: number, act: () => void): void {
    this.#strike = { afterMs, act };
    if (this.#state === "connected") {
      this.#timers.after(afterMs, act);
    }
  }

  #receive(channel: "data" | "sideband", text: string): void {
    if (!this.isLive) {
      return;
    }
    const frame = parseClientFrame(text);
    this.#record("client", channel, frame.type, { event: frame.value, characters: text.length });
    this.#engine.receive(frame);
  }

  #broadcast(event: ServerEvent, audience: "data" | "all"): void {
    const text = JSON.stringify(event);
    this.#record("server", audience === "data" ? "data" : "session", event.type, { event, characters: text.length });
    this.#peer?.sendText(text);
    if (audience === "all") {
      for (const sideband of this.#sidebands) {
        sideband.send(text);
      }
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
