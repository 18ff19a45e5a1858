import { ERRORS, httpErrorSchema } from "@interview-proxy/protocol";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startProxy } from "../doors/start-proxy.ts";
import { exchange, request, statusesIn } from "./raw-exchange.ts";

const HOST = "Host: localhost";
const HANDSHAKE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

test("a socket that is asked for before the answer to another request is none, wherever: it would be in the midst of that", async () => {
  const proxy = await startProxy();
  for (const path of ["/", "/ws", "/v1/realtime?call_id=rtc_0", "/nothing"]) {
    const both = request("GET /readyz HTTP/1.1", HOST) + request(`GET ${path} HTTP/1.1`, HOST, ...HANDSHAKE);
    expect([path, statusesIn(await exchange(proxy.url, both))]).toEqual([path, []]);
  }
  expect((await proxy.fetch("/healthz")).status).toBe(200);
});

test("a socket that is asked for by a whole address is one; other methods, and other spellings of its path, are none", async () => {
  const proxy = await startProxy();
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(request("GET http://localhost/ws?x HTTP/1.1", HOST, ...HANDSHAKE));
  const [first] = (await once(socket, "data")) as [Buffer];
  expect(first.toString("latin1")).toMatch(/^HTTP\/1\.1 101 /);
  for (const line of ["POST /ws", "GET /ws/", "GET //ws", "GET /WS", "GET /%77s"]) {
    const told = await exchange(proxy.url, request(`${line} HTTP/1.1`, HOST, ...HANDSHAKE));
    const [head = "", body = ""] = told.split("\r\n\r\n");
    expect([line, statusesIn(told)]).toEqual([line, [ERRORS.NOT_FOUND.http]]);
    expect(head.toLowerCase()).toContain("content-security-policy:");
    expect(httpErrorSchema.parse(JSON.parse(body)).error.code).toBe("NOT_FOUND");
  }
});
