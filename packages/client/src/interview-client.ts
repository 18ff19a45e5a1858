import { Call } from "./call.ts";
import type { CallStats } from "./call-stats.ts";
import { browserEnvironment } from "./environment.ts";
import { createEventLog, type LogEntry } from "./event-log.ts";
import type { InterviewClientOptions } from "./interview-client-options.ts";
import { createPolledStats } from "./polled-stats.ts";
import { IDLE, type InterviewSnapshot } from "./snapshot.ts";
import { createStore, type Readable } from "./store.ts";

/** One candidate's interviews, one after another. */
export interface InterviewClient extends Readable<InterviewSnapshot> {
  /**
   * Starts an interview, or joins the attempt already under way. Resolves once both sides can hear each other; rejects
   * with an `InterviewError`, or with an `AbortError` if it was disconnected meanwhile. The snapshot tells the same.
   */
  connect(): Promise<void>;
  /** Ends the interview and waits, for 2 s at most, for the server to confirm it. Never rejects. */
  disconnect(): Promise<void>;
  /** Plays the interviewer after the browser refused to; call it from a click. */
  resumeAudio(): Promise<void>;
  /** Ends everything at once, for good. May be called again. */
  close(): void;
  /** The last 200 events of signalling and line, for a debug panel. Holds no SDP, token or transcript. */
  readonly events: Readable<readonly LogEntry[]>;
  /** Figures of the audio line, read once a second while subscribed to; `undefined` while there is no line. */
  readonly stats: Readable<CallStats | undefined>;
}

/** Makes a client. Nothing happens, and no device or server is touched, before `connect()`. */
export function createInterviewClient(options: InterviewClientOptions): InterviewClient {
  const store = createStore<InterviewSnapshot>(IDLE);
  const log = createEventLog();
  let call: Call | undefined;
  let closed = false;

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    events: { subscribe: log.subscribe, getSnapshot: log.getSnapshot },
    stats: createPolledStats(() => call?.getStats()),
    async connect() {
      if (closed) throw new DOMException("This client is closed.", "InvalidStateError");
      if (!call || call.isOver) {
        call = new Call({ options, environment: browserEnvironment(options.environment ?? {}), store, log });
      }
      await call.connected;
    },
    async disconnect() {
      await call?.disconnect();
    },
    async resumeAudio() {
      await call?.resumeAudio();
    },
    close() {
      closed = true;
      call?.leave();
    },
  };
}
