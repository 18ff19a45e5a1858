/** One thing that happened in a call. */
export interface SimulatorEvent {
  readonly callId: string;
  /** Who sent it; "call" for what happened to the call itself. */
  readonly direction: "client" | "server" | "call";
  /**
   * Where a client event came in. A server event that goes to every attached channel is logged once, as "session";
   * what goes to the data channel alone (`session.created`) or to sidebands alone (what a Live session may not tell its
   * data channel) is logged as that.
   */
  readonly channel: "data" | "sideband" | "session";
  /**
   * The event's type; for the call itself `call.created`, `call.connected`, `call.channel_opened`,
   * `call.sideband_attached`, `call.sideband_detached`, `call.ended` or, in a Live call, `call.said`; for its voices, whichever
   * API it speaks, `call.interviewer_started`, `…_finished` and `…_cut`, `call.candidate_started` and `…_stopped`.
   */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The event as it travelled; for `call.ended` its reason, for `call.said` what was said; absent for other happenings. */
  readonly event?: unknown;
}

/** A client may send frames of a megabyte; thousands of them would fill the memory. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** What happened in one call, newest last, bounded: when it is full, its older half falls out. */
export class EventLog {
  readonly #entries: { readonly event: SimulatorEvent; readonly characters: number }[] = [];
  readonly #maxEvents: number;
  #characters = 0;

  /** @param maxEvents - 0: nothing is kept */
  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  /** Adds an entry whose event was `characters` long on the wire. */
  add(event: SimulatorEvent, characters: number): void {
    if (this.#maxEvents === 0) {
      return;
    }
    this.#entries.push({ event, characters });
    this.#characters += characters;
    if (this.#entries.length > this.#maxEvents || this.#characters > MAX_CHARACTERS) {
      const dropped = this.#entries.splice(0, Math.ceil(this.#entries.length / 2));
      this.#characters -= dropped.reduce((sum, entry) => sum + entry.characters, 0);
    }
  }

  /** The entries kept. */
  get entries(): readonly SimulatorEvent[] {
    return this.#entries.map(({ event }) => event);
  }
}
