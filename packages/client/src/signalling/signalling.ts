import type { ClientMessageOf, EndReason, ReofferReason, ServerMessageOf } from "@interview-proxy/protocol";
import type { BrowserEnvironment } from "../environment.ts";
import type { InterviewError } from "../errors.ts";
import type { EventLog } from "../event-log.ts";
import type { LineFault } from "../scenario.ts";
import type { ServerUrl } from "../server-url.ts";
import type { InterviewSnapshot, SignallingState } from "../snapshot.ts";

/** What signalling learns that a page may show. */
type SessionFacts = Pick<InterviewSnapshot, "sessionId" | "callId" | "deadline" | "simulation">;

/** A session, and the credential that opens its routes. */
export interface HeldSession {
  readonly sessionId: string;
  readonly resumeToken: string;
}

/** What the server says that an offer is to be made with. */
export interface OfferNeeds {
  readonly iceServers: readonly RTCIceServer[];
  /** The offer must carry a data channel. Nothing need pass through it. */
  readonly dataChannel: boolean;
}

/** The line to the server. It is open, or opening, or opening anew, from its creation until its signal fires. */
export interface Signalling {
  /**
   * Resolves once the line serves the session, or has asked for the first one and need not wait for it, with what the server says for
   * its offers. Waits as long as the line is down.
   * What fails is told by an event.
   */
  ready(): Promise<OfferNeeds>;
  /**
   * Sends the offer's very bytes and resolves with the answer's. To be called when the line is ready, one at a time. Rejects
   * with the server's error, and with `SERVER_LOST` or `SERVER_UNREACHABLE` where there will be no answer: the server gives up
   * making a call when the line that asked for it is lost.
   */
  exchange(offerSdp: string): Promise<string>;
  /** Tells the server something that asks for no reply. While the line is down it goes unsaid. */
  tell(tidings: Tidings): void;
  /** Finds out whether the line still works, because there is a reason to doubt. */
  probe(): void;
  /** Makes a fault happen. Throws where it cannot, because there is no session or no socket. */
  simulate(fault: LineFault): void;
  /**
   * Asks the server at once to end the session, if this line has one; resolves with its reason, where it gives one.
   * Never rejects, and over a dead line it never resolves.
   */
  end(): Promise<EndReason | undefined>;
}

/** What the server is told of the page. */
export type Tidings = ClientMessageOf<"mute"> | ClientMessageOf<"stats">;

/** What the server tells of the talk. */
export type TalkMessage = ServerMessageOf<"transcript_delta"> | ServerMessageOf<"turn"> | ServerMessageOf<"speaking">;

/** How much time the session has left, and whether its clock runs or stands. */
export interface TimeLeft {
  readonly seconds: number;
  readonly isRunning: boolean;
}

export interface SignallingEvents {
  onState(state: SignallingState): void;
  onFacts(facts: SessionFacts): void;
  /** The session is this client's; said again with each new token. */
  onSession(session: HeldSession): void;
  /** The server serves the session, and may have forgotten what it was told of the page. */
  onServed(): void;
  /** The server reported an error that answers no offer, and stays reachable. */
  onError(error: InterviewError): void;
  /** There will be no more messages. */
  onLost(error: InterviewError): void;
  /** The same, and there is no way back: the session is over, another's, or not known. */
  onRefused(error: InterviewError): void;
  onEnded(reason: EndReason): void;
  onTimeLeft(time: TimeLeft): void;
  /** Time is running out. */
  onTimeWarning(seconds: number): void;
  /** The server asks for another offer. */
  onReoffer(reason: ReofferReason): void;
  onTalk(message: TalkMessage): void;
  onUnknownMessage(): void;
}

export interface SignallingOptions {
  readonly environment: Pick<
    BrowserEnvironment,
    "WebSocket" | "fetch" | "page" | "networkInformation" | "now" | "random"
  >;
  readonly url: ServerUrl;
  readonly token?: string | (() => Promise<string>) | undefined;
  readonly sessionId?: string | undefined;
  readonly aiPersona?: string | undefined;
  /** The session to come back to, in place of another one. */
  readonly resumes: HeldSession | undefined;
  readonly signal: AbortSignal;
  readonly log: EventLog;
  readonly events: SignallingEvents;
}
