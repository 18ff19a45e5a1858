import type { BrowserEnvironment } from "../environment.ts";
import { createStore, type Readable } from "../store.ts";
import type { Check, CheckId } from "./check.ts";

/** What to try out. */
export interface PreCheckOptions {
  /** The server, as for an interview. */
  readonly url: string;
  /** The microphone and the speaker to try; the browser's default where none is named. */
  readonly microphoneId?: string | undefined;
  readonly speakerId?: string | undefined;
  /** TURN and STUN servers of the page's own. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Replaces pieces of the browser. */
  readonly environment?: Partial<BrowserEnvironment> | undefined;
}

/** Tries out, before an interview, all that it needs. */
export interface PreCheck extends Readable<readonly Check[]> {
  /** Does all checks anew; to be called from a click. Resolves with how they ended, and never rejects. */
  run(): Promise<readonly Check[]>;
  /** The person has heard the test sound, or has not. */
  confirmSound(isHeard: boolean): void;
  /** Stops, and lets go of everything. May be called again. */
  close(): void;
}

const IDS: readonly CheckId[] = ["browser", "microphone", "playback", "http", "websocket", "clock", "udp", "tcp"];

/** Nothing is touched before `run()`. */
export function preCheck(_options: PreCheckOptions): PreCheck {
  const store = createStore<readonly Check[]>(IDS.map((id) => ({ id, status: "waiting", figures: {} })));
  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    run: () => Promise.resolve(store.getSnapshot()),
    confirmSound() {},
    close() {},
  };
}
