import { expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { isReady } from "./provider-log.ts";
import { OutputScan, LOG_LINE, SECRETS } from "./secrets.ts";
import { startProxy } from "./start-proxy.ts";

test("each step of a session and its call is one line, and the ids lead from one to the next", async () => {
  const proxy = await startProxy({ settings: { LOG_LEVEL: "info" } });
  const socket = await proxy.connectAs("ada-of-the-log");
  socket.send({ type: "init" });
  const { sessionId: session } = await socket.next("initialized");
  socket.send({ type: "sdp_offer", offer: audioOffer });
  const { callId: call } = await socket.next("sdp_answer");
  await proxy.simulator.waitFor(isReady);
  socket.send({ type: "disconnect" });
  await socket.closed;
  await proxy.close();
  const lines = proxy.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ session: id, call: of }) => id === session || of === call).map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(["session opened", "connected", "call is watched", "session ended", "call ended"]),
  );
  for (const { time } of lines) expect(time).toBe(new Date(String(time)).toISOString());
  const told = lines.map(({ msg }) => msg);
  for (const step of ["session opened", "connected", "call is watched", "session ended", "call ended"])
    expect(told.filter((msg) => msg === step)).toHaveLength(1);
  expect(lines.find(({ msg }) => msg === "connected")).toMatchObject({
    level: "info",
    requestId: expect.stringMatching(/^req_/),
    session,
    call,
    ms: expect.any(Number),
  });
  expect(lines.find(({ msg }) => msg === "call is watched")).toMatchObject({
    session,
    call,
    upstreamCallId: proxy.simulator.calls()[0]?.id,
  });
  expect(proxy.logLines.join("")).not.toContain("ada-of-the-log");
});

test("a call that is not made names tenant and code, and nothing that was sent", async () => {
  const proxy = await startProxy();
  proxy.simulator.injectFault({ kind: "http", status: 401 });
  const socket = await proxy.connectAs("ada");
  socket.send({ type: "sdp_offer", offer: audioOffer });
  await socket.next("error");
  const line = proxy.logLines.find((each) => each.includes("call not made")) ?? "{}";
  expect(JSON.parse(line)).toMatchObject({ tenant: "default", code: "UPSTREAM_UNAUTHORIZED" });
});

test("the scan of what tests log finds keys, SDP and words", () => {
  for (const secret of [SECRETS.key, JSON.stringify(audioOffer), "I have built engines"]) {
    const scan = new OutputScan();
    scan.add(LOG_LINE, `{"msg":"oh no","field":${JSON.stringify(secret)}}`);
    expect(() => scan.assertClean(["I have built engines"])).toThrow("left the proxy");
  }
});
