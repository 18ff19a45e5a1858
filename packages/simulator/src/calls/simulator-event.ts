/** One thing that happened in a call. */
export interface SimulatorEvent {
  readonly callId: string;
  /** Who sent it; "call" for what happened to the call itself. */
  readonly direction: "client" | "server" | "call";
  /**
   * Where a client event came in. A server event goes to every attached channel and is logged once, as "session";
   * only `session.created` goes to the data channel alone.
   */
  readonly channel: "data" | "sideband" | "session";
  /**
   * The event's type; for the call itself `call.created`, `call.connected`, `call.channel_opened`,
   * `call.sideband_attached`, `call.sideband_detached` or `call.ended`.
   */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The event as it travelled; for `call.ended` its reason; absent for other happenings. */
  readonly event?: unknown;
}

/** Enough for an hour's interview without its deltas; older entries fall out. */
const MAX_EVENTS = 5000;

/** What happened in one call, newest last, bounded. */
export class EventLog {
  #events: SimulatorEvent[] = [];

  /** Adds an entry. */
  add(event: SimulatorEvent): void {
    this.#events.push(event);
    // Cutting in blocks keeps a full log from copying itself at every event.
    if (this.#events.length >= 2 * MAX_EVENTS) {
      this.#events = this.#events.slice(-MAX_EVENTS);
    }
  }

  /** The entries kept. */
  get entries(): readonly SimulatorEvent[] {
    return this.#events.slice(-MAX_EVENTS);
  }
}
