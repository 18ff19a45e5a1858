import type { BrowserEnvironment } from "./environment.ts";

/** How to reach an interview. */
export interface InterviewCallOptions {
  /** The server, as `ws`, `wss`, `http` or `https` address; `?simulation=true` asks for the simulated interviewer. */
  readonly url: string;
  /** `websocket` unless told otherwise; `http` where WebSockets do not pass, with fewer news from the server. */
  readonly signalling?: "websocket" | "http" | undefined;
  /**
   * Access token (JWT), or where to get one for each attempt. Not needed for the simulation. Where getting one fails, the attempt
   * does: with the `InterviewError` that the function rejects with, else with `TOKEN_UNAVAILABLE`.
   */
  readonly token?: string | (() => Promise<string>) | undefined;
  /** A persona's name or a bare voice name such as `alloy`. */
  readonly aiPersona?: string | undefined;
  /** A session issued by the server, or a name of the page's own. */
  readonly sessionId?: string | undefined;
  /** Speaks in place of the microphone. Stays the caller's: the client never stops its tracks. */
  readonly mediaStream?: MediaStream | undefined;
  /** Plays the interviewer. Without one, the client makes its own, outside the document. */
  readonly audioElement?: HTMLAudioElement | undefined;
  /**
   * TURN and STUN servers. Over WebSocket those that the server names are used besides; over HTTP it cannot name any
   * in time. None are needed where the voice service can be reached directly.
   */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Replaces pieces of the browser. */
  readonly environment?: Partial<BrowserEnvironment> | undefined;
}
