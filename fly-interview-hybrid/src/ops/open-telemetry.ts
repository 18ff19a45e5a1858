import { ROOT_CONTEXT, type Span as ApiSpan, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "./log.ts";
import type { Span, Tracing } from "./tracing.ts";

/** A stop of the process waits no longer than this for a collector that is away, in milliseconds. */
const TIMEOUT_MS = 3000;

/** Where traces go by OTLP over HTTP. What else there is to say of it the exporter reads from its standard variables. */
export function otlpExporter(url: string): SpanExporter {
  return new OTLPTraceExporter({ url, timeoutMillis: TIMEOUT_MS });
}

/** Traces by OpenTelemetry, in batches, as its standard variables say: under which name, and how many of them. */
export function openTelemetry(log: Logger, exporter: SpanExporter): Tracing {
  const provider = new BasicTracerProvider({
    // What the environment says of the service stands over its usual name.
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "interview-sdp-proxy" }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(reporting(exporter, log))],
  });
  const tracer = provider.getTracer("interview-sdp-proxy");
  let closing: Promise<void> | undefined;
  return {
    isOn: true,
    begin: (name, at, parent) =>
      toSpan(tracer.startSpan(name, { startTime: at, kind: SpanKind.SERVER }, contextOf(parent)), tracer),
    // What could not be sent is in the log already.
    close: () => (closing ??= provider.shutdown().catch(() => undefined)),
  };
}

function toSpan(span: ApiSpan, tracer: Tracer): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
    begin: (name, at) => toSpan(tracer.startSpan(name, { startTime: at }, trace.setSpan(ROOT_CONTEXT, span)), tracer),
    end(at, { facts = {}, hasFailed = false } = {}) {
      span.setAttributes(facts);
      if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(at);
    },
  };
}

/** The context of a `traceparent` that has its form; without one that of a trace of its own. */
function contextOf(traceparent: string | undefined): typeof ROOT_CONTEXT {
  if (traceparent === undefined) return ROOT_CONTEXT;
  const [, traceId = "", spanId = "", flags = ""] = traceparent.split("-");
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

/** An exporter that says in the log when spans begin to be lost; by itself it says nothing. */
function reporting(exporter: SpanExporter, log: Logger): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isLost = result.error !== undefined;
        if (isLost && !isFailing) log.warn({ err: result.error }, "traces cannot be exported, and are lost");
        isFailing = isLost;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
