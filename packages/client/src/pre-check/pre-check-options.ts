import type { BrowserEnvironment } from "../environment.ts";

/** What to try out, and by what right. */
export interface PreCheckOptions {
  /** The server, as for an interview. */
  readonly url: string;
  /**
   * Access token (JWT), or where to get one for each request; a single-use one is spent by its request. Not needed for the
   * simulation, or with an invitation.
   */
  readonly token?: string | (() => Promise<string>) | undefined;
  /** The invitation of who has no token yet. It stays as it is. */
  readonly invitation?: string | undefined;
  /** The microphone and the speaker to try; the browser's default where none is named. */
  readonly microphoneId?: string | undefined;
  readonly speakerId?: string | undefined;
  /** TURN and STUN servers of the page's own. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Replaces pieces of the browser. */
  readonly environment?: Partial<BrowserEnvironment> | undefined;
}
