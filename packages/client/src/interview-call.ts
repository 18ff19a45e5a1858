import type { CallStats } from "./call-stats.ts";
import { browserEnvironment } from "./environment.ts";
import { createEventLog, type LogEntry } from "./event-log.ts";
import { Interview } from "./interview.ts";
import type { InterviewCallOptions } from "./interview-call-options.ts";
import { createKeptSession } from "./kept-session.ts";
import { createPolledStats } from "./polled-stats.ts";
import { IDLE, type InterviewSnapshot } from "./snapshot.ts";
import type { HeldSession } from "./signalling/signalling.ts";
import { createStore, type Readable } from "./store.ts";

/** One candidate's interviews, one after another. */
export interface InterviewCall extends Readable<InterviewSnapshot> {
  /**
   * Starts an interview, or joins the attempt already under way. Resolves once both sides can hear each other; rejects
   * with an `InterviewError`, or with an `AbortError` if it was disconnected meanwhile. The snapshot tells the same.
   * An interview that could be resumed ends when another one has begun.
   */
  connect(): Promise<void>;
  /**
   * Goes on with the interview of the snapshot's `canResume`: captions come back, and the interviewer is called again.
   * Where the server does not know it any more, the snapshot says so, and `connect()` begins another one.
   */
  resume(): Promise<void>;
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
export function createInterviewCall(options: InterviewCallOptions): InterviewCall {
  const environment = () => browserEnvironment(options.environment ?? {});
  const kept = createKeptSession(options.url, environment());
  const store = createStore<InterviewSnapshot>({ ...IDLE, canResume: kept.read() !== undefined });
  const log = createEventLog();
  let interview: Interview | undefined;
  let closed = false;

  const start = async (resumes: () => HeldSession | undefined): Promise<void> => {
    if (closed) throw new DOMException("This client is closed.", "InvalidStateError");
    if (!interview || interview.isOver)
      interview = new Interview({ options, environment: environment(), store, log, kept }, resumes());
    await interview.connected;
  };

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    events: { subscribe: log.subscribe, getSnapshot: log.getSnapshot },
    stats: createPolledStats(() => interview?.getStats()),
    connect: () => start(() => undefined),
    resume: () => start(() => kept.read() ?? nothingToResume()),
    async disconnect() {
      await interview?.disconnect();
    },
    async resumeAudio() {
      await interview?.resumeAudio();
    },
    close() {
      closed = true;
      interview?.leave();
    },
  };
}

function nothingToResume(): never {
  throw new DOMException("There is no interview to resume.", "InvalidStateError");
}

/** True where this tab keeps an interview with the server of that address, which a client could resume. */
export function canResume(url: string): boolean {
  return createKeptSession(url, browserEnvironment({})).read() !== undefined;
}
