import type { CallStats } from "./call-stats.ts";
import type { AudioProcessing } from "./audio-choices.ts";
import { AudioSetup } from "./audio-setup.ts";
import { browserEnvironment } from "./environment.ts";
import type { Scenario } from "./scenario.ts";
import { createEventLog, type LogEntry } from "./event-log.ts";
import { Interview, type InterviewLine } from "./interview.ts";
import type { InterviewCallOptions } from "./interview-call-options.ts";
import { createKeptSession } from "./kept-session.ts";
import { notAtPresent } from "./not-at-present.ts";
import { createPolledStats } from "./polled-stats.ts";
import { IDLE, type InterviewSnapshot } from "./snapshot.ts";
import { parseServerUrl } from "./server-url.ts";
import { openSignalling } from "./signalling/open-signalling.ts";
import { PreparedSignalling } from "./signalling/prepared-signalling.ts";
import { isForManyConnections } from "./signalling/token.ts";
import type { HeldSession, Signalling } from "./signalling/signalling.ts";
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
   * Opens the line to the server for a `connect()` within the next 30 s, which takes it over and so is answered three round trips sooner.
   * Opens no session, asks the person for nothing and shows nothing; where nobody connects, or something fails, it is closed in silence,
   * and not opened again before the 30 s are over. Does nothing where a connection may use its token up (`token` is a function, or a
   * ticket), over HTTP, while an interview runs, and where one could be resumed.
   */
  prepare(): void;
  /**
   * Goes on with the interview of the snapshot's `canResume`: captions come back, and the interviewer is called again.
   * Where the server does not know it any more, the snapshot says so, and `connect()` begins another one.
   */
  resume(): Promise<void>;
  /** Ends the interview and waits, for 2 s at most, for the server to confirm it. Never rejects. */
  disconnect(): Promise<void>;
  /** The candidate is not heard, or is again. Told to the server, and kept from one interview to the next. */
  setMuted(muted: boolean): void;
  /**
   * The microphone to speak into: at once during a call, without another offer, and for the calls to come. Rejects with one of the
   * `MICROPHONE_…` problems where it cannot be opened, and the one in use stays.
   */
  selectMicrophone(id: string): Promise<void>;
  /** The speaker to play the interviewer through. Rejects with `SPEAKER_UNAVAILABLE`. */
  selectSpeaker(id: string): Promise<void>;
  /** Changes what the browser does to the candidate's voice, now and in calls to come. What is left out stays as it is. */
  setProcessing(processing: AudioProcessing): Promise<void>;
  /** Looks for microphones and speakers, asking the person for nothing, and from now on notices when they come and go. */
  refreshDevices(): Promise<void>;
  /** Hands the interviewer a typed answer, where speaking fails. Rejects with the server's error, and where there is no interview. */
  say(text: string): Promise<void>;
  /**
   * Makes another call in place of one that seems to be well and is not heard all the same; the one before goes on until then. Rejects
   * where there is no call.
   */
  reconnectAudio(): Promise<void>;
  /** Makes a fault happen, to see what the page does about it. Rejects where there is no interview. */
  simulateScenario(name: Scenario): Promise<void>;
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
  const environment = browserEnvironment(options.environment ?? {});
  const kept = createKeptSession(options.url, environment);
  const store = createStore<InterviewSnapshot>({ ...IDLE, canResume: kept.read() !== undefined });
  const log = createEventLog();
  const closed = new AbortController();
  const audio = new AudioSetup({ environment, element: options.audioElement, store, signal: closed.signal });
  let interview: Interview | undefined;
  let prepared: PreparedSignalling | undefined;
  const access = () => ({ ...options, environment, log, url: parseServerUrl(options.url) });
  const open = (line: InterviewLine): Signalling => openSignalling({ ...access(), ...line });
  const takeOrOpen = (line: InterviewLine): Signalling => {
    const waiting = prepared;
    prepared = undefined;
    if (line.resumes === undefined) return waiting?.take(line) ?? open(line);
    waiting?.letGo();
    return open(line);
  };

  const running = (): Interview | undefined => (interview?.isOver === false ? interview : undefined);
  const theInterview = (): Interview => {
    const present = running();
    if (present === undefined) throw notAtPresent("There is no interview at present.");
    return present;
  };
  const start = async (resumes: () => HeldSession | undefined): Promise<void> => {
    if (closed.signal.aborted) throw notAtPresent("This client is closed.");
    if (interview === undefined) watchReturns();
    interview =
      running() ??
      new Interview({ options, environment, store, log, kept, audio, openSignalling: takeOrOpen }, resumes());
    await interview.connected;
  };

  /** A page that is shown again as it was left (back/forward cache): meanwhile another one may have gone on with the interview. */
  const watchReturns = () => {
    const onShow = () => {
      if (!running()) store.set({ ...store.getSnapshot(), canResume: kept.read() !== undefined });
    };
    environment.page.addEventListener("pageshow", onShow, { signal: closed.signal });
  };

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    events: { subscribe: log.subscribe, getSnapshot: log.getSnapshot },
    stats: createPolledStats(() => interview?.getStats()),
    connect: () => start(() => undefined),
    prepare() {
      if (options.signalling === "http" || !isForManyConnections(options.token)) return;
      if (closed.signal.aborted || running() || kept.read() || prepared?.isPast() === false) return;
      try {
        prepared = new PreparedSignalling(access());
      } catch {
        // What is wrong with the address is said by `connect()`.
      }
    },
    resume: () =>
      start(() => {
        const session = kept.read();
        if (session === undefined) throw notAtPresent("There is no interview to resume.");
        return session;
      }),
    async disconnect() {
      await interview?.disconnect();
    },
    async resumeAudio() {
      await interview?.resumeAudio();
    },
    setMuted(muted) {
      audio.setMuted(muted);
      running()?.tellMute();
    },
    selectMicrophone: (id) => audio.selectMicrophone(id),
    selectSpeaker: (id) => audio.selectSpeaker(id),
    setProcessing: (processing) => audio.setProcessing(processing),
    refreshDevices: () => audio.refresh(),
    say: async (text) => theInterview().say(text),
    reconnectAudio: async () => theInterview().reconnectAudio(),
    simulateScenario: async (name) => theInterview().simulate(name),
    close() {
      closed.abort();
      prepared?.letGo();
      interview?.leave();
    },
  };
}

/** True where this tab keeps an interview with the server of that address, which a client could resume. */
export function canResume(url: string): boolean {
  return createKeptSession(url, browserEnvironment({})).read() !== undefined;
}
