import type { Config } from "../config/config.ts";
import type { Logger } from "./log.ts";

/** A part of a trace that has begun. Times are milliseconds since the epoch. */
export interface Span {
  /** Names it to another process, as W3C Trace Context has it. */
  readonly traceparent: string;
  /** Begins a part of it. */
  begin(name: string, at: number): Span;
  end(at: number, how?: SpanEnd): void;
}

export interface SpanEnd {
  /** Ids of ours, codes and names; never an SDP, a key or a word that was said. */
  readonly facts?: Readonly<Record<string, string>>;
  /** The service, or the voice service, is to blame. */
  readonly hasFailed?: boolean;
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

/** OpenTelemetry is loaded only where the settings say where traces go: otherwise they cost nothing, not even memory. */
export async function openTracing(
  { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces, OTEL_SDK_DISABLED: isOff }: Config,
  log: Logger,
): Promise<Tracing> {
  const url = traces ?? (all === undefined ? undefined : `${all}/v1/traces`);
  if (isOff || url === undefined) return NO_TRACING;
  const { openTelemetry, otlpExporter } = await import("./open-telemetry.ts");
  return openTelemetry(log, otlpExporter(url));
}

const NO_TRACING: Tracing = {
  isOn: false,
  begin() {
    throw new Error("There are no traces.");
  },
  close: () => Promise.resolve(),
};
