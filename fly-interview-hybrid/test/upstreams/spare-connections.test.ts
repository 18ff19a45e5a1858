import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { openSidebandSocket } from "../../src/upstreams/openai/sideband-socket.ts";
import { SpareConnections } from "../../src/upstreams/openai/spare-connections.ts";
import type { CreatedCall } from "../../src/upstreams/upstream.ts";
import { createFakeClock } from "../fake-clock.ts";

const CREATED: CreatedCall = { callId: "rtc_12345678", answerSdp: "v=0" };

/** A provider, whose connections are counted and handed out as they come. */
async function provide() {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const connections: Socket[] = [];
  http.on("connection", (socket: Socket) => connections.push(socket));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const origin = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clock = createFakeClock();
  const spares = new SpareConnections(`http://${origin}/v1`, clock);
  onTestFinished(() => {
    spares.close();
    for (const client of sockets.clients) client.terminate();
    http.close();
    http.closeAllConnections();
  });
  return {
    connections,
    clock,
    spares,
    /** Lets a call take its time until one is opened for it, and resolves with the provider's end of that. */
    openFor: async (call: Promise<CreatedCall>): Promise<Socket> => {
      const connection = once(http, "connection") as Promise<[Socket]>;
      spares.openFor({ call });
      await clock.advance(6);
      return (await connection)[0];
    },
    attach: async (): Promise<void> => {
      const url = new URL(`ws://${origin}/v1/realtime`);
      const opened = await openSidebandSocket({ url, headers: {}, maxFrameBytes: 1024, spares, onMessage() {} }, clock);
      expect(opened.ok).toBe(true);
    },
  };
}

test("a sideband goes over the connection that was opened while its call was made, and the next one over its own", async () => {
  const { connections, openFor, attach } = await provide();
  await openFor(new Promise(() => undefined));
  await attach();
  expect(connections).toHaveLength(1);
  await attach();
  expect(connections).toHaveLength(2);
});

test("for a call that is there at once none is opened", async () => {
  const { clock, spares, connections, attach } = await provide();
  await spares.openFor({ call: Promise.resolve(CREATED) }).call;
  await clock.advance(6);
  expect(spares.take()).toBeUndefined();
  await attach();
  expect(connections).toHaveLength(1);
});

test("where there will be no call, its connection is let go", async () => {
  const { spares, openFor } = await provide();
  const refusal = new AbortController();
  const refused = once(refusal.signal, "abort").then(() => Promise.reject(new Error("refused")));
  const socket = await openFor(refused);
  const closed = once(socket, "close");
  refusal.abort();
  await closed;
  expect(spares.take()).toBeUndefined();
});

test("one that no sideband has asked for is let go some seconds after its call was made", async () => {
  const { clock, openFor, attach, connections } = await provide();
  const isMade = new AbortController();
  const socket = await openFor(once(isMade.signal, "abort").then(() => CREATED));
  const closed = once(socket, "close");
  isMade.abort();
  await clock.advance(5001);
  await closed;
  await attach();
  expect(connections).toHaveLength(2);
});
