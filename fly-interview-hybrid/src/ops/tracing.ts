/** A part of a trace that has begun. Times are milliseconds since the epoch. */
export interface Span {
  /** Names it to another process, as W3C Trace Context has it. */
  readonly traceparent: string;
  /** Begins a part of it. */
  begin(name: string, at: number): Span;
  /** `facts`: ids of ours, codes and names; never an SDP, a key or a word that was said. */
  end(at: number, facts?: Readonly<Record<string, string>>): void;
}

/** Port: where traces go. */
export interface Tracing {
  /** False: nobody may ask for anything else. */
  readonly isOn: boolean;
  /** Begins a part of the trace that `parent`, a `traceparent`, names, or a trace of its own. */
  begin(name: string, at: number, parent?: string): Span;
  /** Sends what was not sent yet. Doing it twice does no harm. */
  close(): Promise<void>;
}

/** Traces nobody asked for: they cost nothing. */
export const NO_TRACING: Tracing = {
  isOn: false,
  begin() {
    throw new Error("There are no traces.");
  },
  close: () => Promise.resolve(),
};
