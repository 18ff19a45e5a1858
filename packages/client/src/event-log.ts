import { createStore, type Readable } from "./store.ts";

/** One line of the debug log. Says that a message went by, never what was in it. */
export interface LogEntry {
  /** Counts up from 1. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `local`: something of this browser, such as a change of the ICE state. */
  readonly direction: "sent" | "received" | "local";
  /** A message's type, or the name of what changed. */
  readonly type: string;
  /** A state, code or reason. */
  readonly detail?: string;
}

export interface EventLog extends Readable<readonly LogEntry[]> {
  add(direction: LogEntry["direction"], type: string, detail?: string): void;
}

/** Entries kept; older ones are dropped. Enough for the set-up of several calls. */
const MAX_ENTRIES = 200;

export function createEventLog(): EventLog {
  const store = createStore<readonly LogEntry[]>([]);
  let lastId = 0;
  return {
    ...store,
    add(direction, type, detail) {
      lastId += 1;
      const entry = { id: lastId, at: Date.now(), direction, type, ...(detail !== undefined && { detail }) };
      store.set([...store.getSnapshot().slice(1 - MAX_ENTRIES), entry]);
    },
  };
}
