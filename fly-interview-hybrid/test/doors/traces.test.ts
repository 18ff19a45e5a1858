import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { isReady } from "./provider-log.ts";
import { TRACE } from "./secrets.ts";
import { relayWith } from "./sideband-relay.ts";
import { type ProxyTestOptions, type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";

const PAGE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const TRACEPARENT = `00-${PAGE.traceId}-${PAGE.spanId}-01`;

/** In-memory until it is asked: the exporter forgets everything when it is shut down. */
class KeptSpans extends InMemorySpanExporter {
  readonly kept: ReadableSpan[] = [];

  override shutdown(): Promise<void> {
    this.kept.push(...this.getFinishedSpans());
    return super.shutdown();
  }
}

interface Traced {
  readonly proxy: ProxyUnderTest;
  /** Stops the proxy, and returns what it has told. */
  readonly spans: () => Promise<readonly ReadableSpan[]>;
  /** `traceparent` of each create, as the voice service got it. */
  readonly toldUpstream: readonly (string | undefined)[];
}

async function startTraced(options: ProxyTestOptions = {}): Promise<Traced> {
  const tracesTo = new KeptSpans();
  const toldUpstream: (string | undefined)[] = [];
  const proxy = await startProxy({
    ...options,
    tracesTo,
    between: relayWith(
      (event) => event,
      () => false,
      {
        detourOf({ url, headers }) {
          if (/\/(calls|sessions)$/.test(url ?? "")) toldUpstream.push(headers["traceparent"] as string | undefined);
          return {};
        },
      },
    ),
  });
  const spans = async (): Promise<readonly ReadableSpan[]> => {
    await proxy.close();
    for (const { attributes, name } of tracesTo.kept) proxy.scan.add(TRACE, `${name} ${JSON.stringify(attributes)}`);
    proxy.scan.assertClean();
    return tracesTo.kept;
  };
  return { proxy, spans, toldUpstream };
}

function msOf({ startTime, endTime }: ReadableSpan): number {
  return (endTime[0] - startTime[0]) * 1000 + (endTime[1] - startTime[1]) / 1e6;
}

function one(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (span === undefined || others.length > 0) throw new Error(`${others.length + 1} spans named ${name}`);
  return span;
}

/** The parts of a connect that follow one another. */
function stepsOf(spans: readonly ReadableSpan[]): readonly ReadableSpan[] {
  return spans.filter(({ name }) => name !== "connect" && name !== "sideband");
}

async function connectBySocket(proxy: ProxyUnderTest): Promise<void> {
  const socket = await proxy.connectAs("ada-of-the-traces");
  socket.send({ type: "init", traceparent: TRACEPARENT });
  await socket.next("initialized");
  socket.send({ type: "sdp_offer", offer: audioOffer });
  await socket.next("sdp_answer");
}

describe("one connect is one trace", () => {
  test("from the page by a socket to the voice service, and its steps add up to the whole", async () => {
    const { proxy, spans, toldUpstream } = await startTraced({ settings: { TRACE_UPSTREAM: "true" } });
    await connectBySocket(proxy);
    await proxy.simulator.waitFor(isReady);
    const told = await spans();
    expect(new Set(told.map((span) => span.spanContext().traceId))).toEqual(new Set([PAGE.traceId]));
    const connect = one(told, "connect");
    expect(connect.parentSpanContext?.spanId).toBe(PAGE.spanId);
    const parents = new Set([...stepsOf(told), one(told, "sideband")].map((span) => span.parentSpanContext?.spanId));
    expect(parents).toEqual(new Set([connect.spanContext().spanId]));
    expect(stepsOf(told).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["auth", "client", "open", "sdp", "record", "upstream", "answer", "pause"]),
    );
    const sum = stepsOf(told).reduce((ms, step) => ms + msOf(step), 0);
    expect(Math.abs(sum - msOf(connect))).toBeLessThan(0.1);
    const { spanId, traceFlags } = one(told, "upstream").spanContext();
    expect(toldUpstream).toEqual([`00-${PAGE.traceId}-${spanId}-0${traceFlags}`]);
    expect(connect.attributes).toMatchObject({ "interview.outcome": "ok" });
    expect(JSON.stringify(told.map(({ attributes }) => attributes))).not.toContain("ada-of-the-traces");
  });

  test("from a page that makes one request, by the header; the voice service is told nothing unless the settings say so", async () => {
    const { proxy, spans, toldUpstream } = await startTraced();
    const { status } = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: {
        authorization: `Bearer ${await tokenFor("ada")}`,
        "content-type": "application/json",
        traceparent: TRACEPARENT,
      },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    expect(status).toBe(200);
    const told = await spans();
    const connect = one(told, "connect");
    expect(connect.spanContext().traceId).toBe(PAGE.traceId);
    expect(Math.abs(stepsOf(told).reduce((ms, step) => ms + msOf(step), 0) - msOf(connect))).toBeLessThan(0.1);
    expect(toldUpstream).toEqual([undefined]);
  });

  test("and one that fails says at which step, and by which code", async () => {
    const { proxy, spans } = await startTraced();
    proxy.simulator.injectFault({ kind: "http", status: 500 });
    const socket = await proxy.connectAs("ada");
    socket.send({ type: "sdp_offer", offer: audioOffer });
    await socket.next("error");
    const told = await spans();
    const connect = one(told, "connect");
    expect(connect.attributes).toMatchObject({ "interview.outcome": "UPSTREAM_UNAVAILABLE" });
    expect(connect.status.code).toBe(2);
    expect(stepsOf(told).map(({ name }) => name)).not.toContain("answer");
    expect(connect.parentSpanContext).toBeUndefined();
  });

  test("a second offer is a trace of its own, and who comes back to a call that is up makes none", async () => {
    const { proxy, spans } = await startTraced();
    const socket = await proxy.connectAs("ada");
    socket.send({ type: "init", traceparent: TRACEPARENT });
    const { resumeToken } = await socket.next("initialized");
    for (let offers = 0; offers < 2; offers += 1) {
      socket.send({ type: "sdp_offer", offer: audioOffer });
      await socket.next("sdp_answer");
    }
    const again = await proxy.connectAs("ada");
    again.send({ type: "init", resumeToken, traceparent: TRACEPARENT });
    await again.next("initialized");
    const connects = (await spans()).filter(({ name }) => name === "connect");
    expect(connects).toHaveLength(2);
    expect(connects[0]?.spanContext().traceId).toBe(PAGE.traceId);
    expect(connects[1]?.spanContext().traceId).not.toBe(PAGE.traceId);
  });

  test("a traceparent that is none is refused in a message, and passed over in a header", async () => {
    const { proxy, spans } = await startTraced();
    const socket = await proxy.connectAs("ada");
    socket.send({ type: "init", traceparent: "00-0-0-0" });
    expect(await socket.next("error")).toMatchObject({ code: "INVALID_MESSAGE", field: "traceparent" });
    const { status } = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: {
        authorization: `Bearer ${await tokenFor("ada")}`,
        "content-type": "application/json",
        traceparent: "cc-of-another-kind",
      },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    expect(status).toBe(200);
    expect(one(await spans(), "connect").parentSpanContext).toBeUndefined();
  });
});
