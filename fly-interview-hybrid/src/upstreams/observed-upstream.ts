import type { ErrorCode } from "@interview-proxy/protocol";
import { toProxyError } from "../errors.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { AttachResult, RawAttachResult, Upstream } from "./upstream.ts";

type Operation = "create" | "hang_up" | "attach";
type Code = ErrorCode | "ok" | "gone";

/** Counts what an upstream is asked for, and what comes of it. `tellsTraces`: it may know of which trace a create is a part. */
export function observedUpstream(
  upstream: Upstream,
  { metrics, tellsTraces }: { readonly metrics: Metrics; readonly tellsTraces: boolean },
): Upstream {
  const count = (operation: Operation, from: number, code: Code): void => {
    metrics.upstreamRequests.inc({ upstream: upstream.name, operation, code });
    metrics.upstreamSeconds.observe({ operation }, (performance.now() - from) / 1000);
  };
  const counted = async <R>(operation: Operation, work: Promise<R>, codeOf: (result: R) => Code): Promise<R> => {
    const from = performance.now();
    try {
      const result = await work;
      count(operation, from, codeOf(result));
      return result;
    } catch (error) {
      count(operation, from, toProxyError(error).code);
      throw error;
    }
  };
  return {
    ...upstream,
    createCall(create) {
      const creation = upstream.createCall(tellsTraces ? create : { ...create, traceparent: undefined });
      return { ...creation, call: counted("create", creation.call, () => "ok") };
    },
    hangUp: (callId) => counted("hang_up", upstream.hangUp(callId), () => "ok"),
    attach: (callId, onEvent) => counted("attach", upstream.attach(callId, onEvent), codeOfAttach),
    attachRaw: (callId, listener) => counted("attach", upstream.attachRaw(callId, listener), codeOfAttach),
  };
}

function codeOfAttach(result: AttachResult | RawAttachResult): Code {
  if (result.ok) return "ok";
  return result.reason === "gone" ? "gone" : "UPSTREAM_UNAVAILABLE";
}
