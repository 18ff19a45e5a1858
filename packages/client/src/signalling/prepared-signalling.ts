import type { BrowserEnvironment } from "../environment.ts";
import type { Signalling, SignallingEvents, SignallingOptions } from "./signalling.ts";

/** So long a line waits for its interview, in milliseconds: the session's time runs meanwhile. */
const WAIT_MS = 30_000;

type Owner = Pick<SignallingOptions, "signal" | "events">;

/** With these there is nothing left that an interview could begin with. */
const ENDS: ReadonlySet<PropertyKey> = new Set<keyof SignallingEvents>(["onError", "onLost", "onRefused", "onEnded"]);

/**
 * A line to the server that is opened before there is an interview, and waits for one. What it hears meanwhile is told to whoever takes it
 * over. Where nobody does, or something goes wrong first, its session is ended and nobody hears of it.
 */
export class PreparedSignalling {
  readonly #over = new AbortController();
  readonly #now: () => number;
  readonly #line: Signalling;
  #heard: ((events: SignallingEvents) => void)[] = [];
  #events: SignallingEvents | undefined;
  #isTaken = false;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(open: (owner: Owner) => Signalling, { page, now }: Pick<BrowserEnvironment, "page" | "now">) {
    const { signal } = this.#over;
    this.#now = now;
    this.#line = open({ signal, events: this.#relayed() });
    this.#timer = setTimeout(() => this.letGo(), WAIT_MS);
    page.addEventListener("pagehide", () => this.letGo(), { signal });
  }

  /** False once it is taken or let go. */
  get isWaiting(): boolean {
    return !this.#isTaken && !this.#over.signal.aborted;
  }

  /** The line, which is the taker's from then on; `undefined` where there is none any more. */
  take({ signal, events }: Owner): Signalling | undefined {
    if (this.#over.signal.aborted) return undefined;
    clearTimeout(this.#timer);
    this.#isTaken = true;
    signal.addEventListener("abort", () => this.#over.abort(signal.reason));
    // Not before the taker has the line in its hands.
    queueMicrotask(() => {
      this.#events = events;
      for (const tell of this.#heard.splice(0)) tell(events);
    });
    return this.#line;
  }

  /** Ends it, and its session. Does nothing once it is taken. */
  letGo(): void {
    if (this.#isTaken) return;
    clearTimeout(this.#timer);
    if (!this.#over.signal.aborted) void this.#line.end();
    this.#over.abort();
  }

  #relayed(): SignallingEvents {
    const relay =
      (name: keyof SignallingEvents) =>
      (...said: unknown[]): void => {
        if (!this.#isTaken && ENDS.has(name)) return this.letGo();
        this.#tell((events) => void Reflect.apply(events[name], events, said));
      };
    const onTimeLeft: SignallingEvents["onTimeLeft"] = ({ seconds, isRunning }) => {
      const saidAt = this.#now();
      const passed = (): number => (isRunning ? (this.#now() - saidAt) / 1000 : 0);
      this.#tell((events) => events.onTimeLeft({ seconds: seconds - passed(), isRunning }));
    };
    const members = { onTimeLeft } as SignallingEvents;
    return new Proxy(members, { get: (own, name: keyof SignallingEvents) => own[name] ?? relay(name) });
  }

  #tell(say: (events: SignallingEvents) => void): void {
    if (this.#events) say(this.#events);
    else this.#heard.push(say);
  }
}
