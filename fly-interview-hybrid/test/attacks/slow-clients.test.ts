import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { UNKNOWN_ID } from "../doors/platform.ts";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";

test("who sends nothing, or a head or a body byte by byte, is cut off; others are served meanwhile", async () => {
  const proxy = await startProxy();
  const { server } = proxy.app.server;
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
  // Shorter, for the test; when to look is settled when the server is made.
  Object.assign(server, { headersTimeout: 300, requestTimeout: 600 });
  const head = ["POST /api/sdp-exchange HTTP/1.1", "Host: localhost", "Content-Type: application/json"].join("\r\n");
  const bearer = `Authorization: Bearer ${await tokenFor("ada")}`;
  const upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  const slow = ["", "GET / HT", head, upgrade, `${head}\r\n${bearer}\r\nContent-Length: 1000\r\n\r\n{`].map((text) => {
    const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
    socket.on("error", () => undefined).resume();
    socket.write(text);
    // Each byte would begin the time anew where only silence counted.
    const drip = setInterval(() => text !== "" && socket.write("a"), 50);
    onTestFinished(() => {
      clearInterval(drip);
      socket.destroy();
    });
    return once(socket, "close");
  });
  expect((await proxy.fetch("/healthz")).status).toBe(200);
  await Promise.all(slow);
  expect((await proxy.fetch("/healthz")).status).toBe(200);
});

test("a client that does not read what it asks for is dropped when a MiB waits for it; nobody else notices", async () => {
  const proxy = await startProxy({ settings: { MESSAGES_PER_SECOND: "100000", LOG_LEVEL: "silent" } });
  const other = await proxy.connectAs("eve");
  await other.next("welcome");
  const greedy = await proxy.connectAs("ada");
  await greedy.next("welcome");
  greedy.socket.pause();
  const heap = process.memoryUsage().arrayBuffers;
  // Each is answered by more than it costs to ask.
  const question = JSON.stringify({ type: "ice_candidate", candidate: null, sessionId: UNKNOWN_ID });
  await vi.waitFor(
    async () => {
      for (let i = 0; i < 5000; i++) greedy.socket.send(question);
      expect(await other.isAlive()).toBe(true);
      expect((await proxy.fetch("/metrics")).text).toMatch(/^interview_sockets 1$/m);
    },
    { timeout: 50_000, interval: 1 },
  );
  expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(64 * 1024 * 1024);
});
