import type { Signalling, SignallingEvents, SignallingOptions } from "./signalling.ts";
import { createWebSocketSignalling, type WebSocketLine } from "./websocket.ts";

/** So long a line waits for its interview, in milliseconds. */
const WAIT_MS = 30_000;

type Owner = Pick<SignallingOptions, "signal" | "events">;

/** With these there is nothing left that an interview could begin with. */
const ENDS: ReadonlySet<PropertyKey> = new Set<keyof SignallingEvents>(["onError", "onLost"]);

/**
 * A line to the server that is opened before there is an interview, and waits for one without a session. What it hears meanwhile is told
 * to whoever takes it over. Where nobody does, or something goes wrong first, nobody hears of it.
 */
export class PreparedSignalling {
  readonly #over = new AbortController();
  /** True once its time is over, whatever has become of it. */
  readonly isPast: () => boolean;
  readonly #line: WebSocketLine;
  #heard: ((events: SignallingEvents) => void)[] = [];
  #events: SignallingEvents | undefined;
  #isTaken = false;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(options: Omit<SignallingOptions, keyof Owner | "resumes">) {
    const { signal } = this.#over;
    const { page, now } = options.environment;
    const pastAt = now() + WAIT_MS;
    this.isPast = () => now() >= pastAt;
    this.#line = createWebSocketSignalling({ ...options, resumes: undefined, signal, events: this.#relayed() }, true);
    const letGo = (): void => this.letGo();
    this.#timer = setTimeout(letGo, WAIT_MS);
    // A socket of the network before is dead, and would say so only after the click.
    for (const event of ["pagehide", "online", "offline"]) page.addEventListener(event, letGo, { signal });
  }

  /** The line, which is the taker's from then on, and asks for its session; `undefined` where there is none any more. */
  take({ signal, events }: Owner): Signalling | undefined {
    // The timer sleeps with the machine.
    if (this.isPast()) this.letGo();
    if (this.#over.signal.aborted) return undefined;
    clearTimeout(this.#timer);
    this.#isTaken = true;
    signal.addEventListener("abort", () => this.#over.abort(signal.reason));
    this.#line.begin();
    // Not before the taker has the line in its hands.
    queueMicrotask(() => {
      this.#events = events;
      for (const tell of this.#heard.splice(0)) tell(events);
    });
    return this.#line;
  }

  /** Closes it. Does nothing once it is taken. */
  letGo(): void {
    if (this.#isTaken) return;
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  #relayed(): SignallingEvents {
    const relay =
      (name: keyof SignallingEvents) =>
      (...said: unknown[]): void => {
        if (!this.#isTaken && ENDS.has(name)) return this.letGo();
        const tell = (events: SignallingEvents): void => void Reflect.apply(events[name], events, said);
        if (this.#events) tell(this.#events);
        else this.#heard.push(tell);
      };
    return new Proxy({} as SignallingEvents, { get: (_none, name: keyof SignallingEvents) => relay(name) });
  }
}
