import type { EndReason, ServerMessageOf } from "@interview-proxy/protocol";
import type { BrowserEnvironment } from "../environment.ts";
import type { InterviewError } from "../errors.ts";
import type { EventLog } from "../event-log.ts";
import type { ServerUrl } from "../server-url.ts";
import type { InterviewSnapshot, SignallingState } from "../snapshot.ts";

/** What signalling learns that a page may show. */
type SessionFacts = Pick<InterviewSnapshot, "sessionId" | "callId" | "deadline" | "simulation">;

/** The line to the server. It is open, or opening, or opening anew, from its creation until its signal fires. */
export interface Signalling {
  /** The server's own ICE servers, once it has named them. What fails is told by an event. */
  readonly iceServers: Promise<readonly RTCIceServer[]>;
  /** Sends the offer's very bytes and resolves with the answer's. Called once, after `iceServers` has resolved. What
   * fails is told by an event, or by a rejection where no event can say it. */
  exchange(offerSdp: string): Promise<string>;
  /**
   * Asks the server at once to end the session, if this line has one; resolves with its reason, where it gives one.
   * Never rejects, and over a dead line it never resolves.
   */
  end(): Promise<EndReason | undefined>;
}

/** What the server tells of the talk. */
export type TalkMessage = ServerMessageOf<"transcript_delta"> | ServerMessageOf<"turn"> | ServerMessageOf<"speaking">;

export interface SignallingEvents {
  onState(state: SignallingState): void;
  onFacts(facts: SessionFacts): void;
  /** The server reported an error and stays reachable. */
  onError(error: InterviewError): void;
  /** There will be no more messages. */
  onLost(error: InterviewError): void;
  onEnded(reason: EndReason): void;
  /** The session ends so many seconds from now at the latest. */
  onTimeLeft(seconds: number): void;
  /** The same, said as a warning. */
  onTimeWarning(seconds: number): void;
  onTalk(message: TalkMessage): void;
  onUnknownMessage(): void;
}

export interface SignallingOptions {
  readonly environment: Pick<
    BrowserEnvironment,
    "WebSocket" | "fetch" | "page" | "networkInformation" | "now" | "random"
  >;
  readonly url: ServerUrl;
  readonly token: string | (() => Promise<string>) | undefined;
  readonly sessionId: string | undefined;
  readonly aiPersona: string | undefined;
  readonly signal: AbortSignal;
  readonly log: EventLog;
  readonly events: SignallingEvents;
}
