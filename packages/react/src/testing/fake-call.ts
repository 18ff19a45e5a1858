import type { CallStats, InterviewCall, InterviewSnapshot, LogEntry, Readable } from "@interview-proxy/client";

/** What a component has asked its interview for, with its argument. */
export type Asked = readonly [name: Exclude<keyof InterviewCall, keyof Readable<unknown>>, argument?: unknown];

/** An interview that never touches a device or a server: it stands where a test or a story puts it. */
export interface FakeCall extends InterviewCall {
  /** Changes what the components see. */
  set(change: Partial<InterviewSnapshot>): void;
  /** All that was asked for so far, in order. */
  readonly asked: readonly Asked[];
}

/** What a fake interview shows besides its snapshot. */
export interface FakeCallExtras {
  readonly stats?: CallStats | undefined;
  readonly events?: readonly LogEntry[] | undefined;
  /** What `say()` and choosing a device reject with; without it, they work. */
  readonly refusal?: Error | undefined;
}

/** How a fake interview stands unless told otherwise: nothing has happened yet. */
const IDLE: InterviewSnapshot = {
  state: "idle",
  canResume: false,
  needsGesture: false,
  captions: [],
  speaking: { candidate: false, interviewer: false },
  muted: false,
  quality: "unknown",
  devices: { microphones: [], speakers: [], permission: "unknown", canSelectSpeaker: false },
  line: { signalling: "closed", ice: "closed", dtls: "closed", peer: "closed" },
  unknownMessages: 0,
};

/** Makes one, for tests and stories of pages that are built from these components. */
export function createFakeCall(initial: Partial<InterviewSnapshot> = {}, extras: FakeCallExtras = {}): FakeCall {
  const listeners = new Set<() => void>();
  const asked: Asked[] = [];
  let snapshot: InterviewSnapshot = { ...IDLE, ...initial };

  const set = (change: Partial<InterviewSnapshot>) => {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  };
  const ask = (...question: Asked) => void asked.push(question);
  const tryTo = (name: Asked[0], argument: unknown, change?: Partial<InterviewSnapshot>): Promise<void> => {
    ask(name, argument);
    if (extras.refusal) return Promise.reject(extras.refusal);
    if (change) set(change);
    return Promise.resolve();
  };

  return {
    asked,
    set,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    stats: unchanging(extras.stats),
    events: unchanging(extras.events ?? []),
    prepare: () => ask("prepare"),
    connect: async () => ask("connect"),
    resume: async () => ask("resume"),
    disconnect: async () => ask("disconnect"),
    resumeAudio: async () => ask("resumeAudio"),
    refreshDevices: async () => ask("refreshDevices"),
    setProcessing: async (processing) => ask("setProcessing", processing),
    reconnectAudio: async () => ask("reconnectAudio"),
    simulateScenario: async (name) => ask("simulateScenario", name),
    close: () => ask("close"),
    setMuted(muted) {
      ask("setMuted", muted);
      set({ muted });
    },
    selectMicrophone: (id) => tryTo("selectMicrophone", id, { devices: { ...snapshot.devices, microphoneId: id } }),
    selectSpeaker: (id) => tryTo("selectSpeaker", id, { devices: { ...snapshot.devices, speakerId: id } }),
    say: (text) => tryTo("say", text),
  };
}

function unchanging<T>(value: T): Readable<T> {
  return { subscribe: () => () => undefined, getSnapshot: () => value };
}
