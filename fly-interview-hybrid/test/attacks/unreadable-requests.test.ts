import { ERRORS, httpErrorSchema } from "@interview-proxy/protocol";
import { expect, test } from "vitest";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";
import { exchange, request, statusesIn } from "./raw-exchange.ts";

const HOST = "Host: localhost";
const CLOSE = "Connection: close";

test("what is no request of HTTP is refused in the table's form, with the connection", async () => {
  const proxy = await startProxy();
  for (const [name, text, code] of [
    ["no HTTP", "EHLO localhost\r\n\r\n", "INVALID_MESSAGE"],
    ["a control character in the method", request("G\0T / HTTP/1.1", HOST), "INVALID_MESSAGE"],
    ["a line end in a header", request("GET / HTTP/1.1", HOST, "X: a\n\n b"), "INVALID_MESSAGE"],
    ["a header on two lines", request("GET / HTTP/1.1", HOST, "X: a", " b\0"), "INVALID_MESSAGE"],
    ["two lengths", request("POST / HTTP/1.1", HOST, "Content-Length: 1", "Content-Length: 2"), "INVALID_MESSAGE"],
    ["a length and chunks", chunked("Content-Length: 3", "Transfer-Encoding: chunked"), "INVALID_MESSAGE"],
    ["chunks behind something else", chunked("Transfer-Encoding: chunked, x"), "INVALID_MESSAGE"],
    ["a chunk of no size", chunked("Transfer-Encoding: chunked").replace("3\r\n", "zz\r\n"), "INVALID_MESSAGE"],
    ["20 KiB of headers", request("GET / HTTP/1.1", HOST, `X: ${"a".repeat(20_000)}`), "MESSAGE_TOO_LARGE"],
    ["20 KiB of address", request(`GET /${"a".repeat(20_000)} HTTP/1.1`, HOST), "MESSAGE_TOO_LARGE"],
    ["a handshake without a key", request("GET / HTTP/1.1", HOST, ...UPGRADE), "INVALID_MESSAGE"],
  ] as const) {
    const told = await exchange(proxy.url, text);
    const [head = "", body = ""] = told.split("\r\n\r\n");
    expect([name, statusesIn(told)]).toEqual([name, [ERRORS[code].http]]);
    expect(head.toLowerCase()).toContain("content-type: application/json; charset=utf-8");
    expect(httpErrorSchema.parse(JSON.parse(body)).error).toMatchObject({
      code,
      requestId: expect.stringMatching(/^req_/),
    });
  }
});

test("one request has one answer: none is smuggled in behind it", async () => {
  const proxy = await startProxy();
  const bearer = `Authorization: Bearer ${await tokenFor("ada")}`;
  // By its length the body ends before it begins; by its chunks a second request follows.
  const hidden = request("GET /healthz HTTP/1.1", HOST, CLOSE);
  const smuggler = request(
    "POST /api/sdp-exchange HTTP/1.1",
    HOST,
    bearer,
    "Content-Length: 4",
    "Transfer-Encoding: chunked",
  );
  expect(statusesIn(await exchange(proxy.url, `${smuggler}0\r\n\r\n${hidden}`))).toEqual([400]);
  const short = request(
    "POST /api/sdp-exchange HTTP/1.1",
    HOST,
    bearer,
    "Content-Type: application/json",
    "Content-Length: 2",
  );
  // What follows the length is the next request, and said to be none.
  expect(statusesIn(await exchange(proxy.url, `${short}{}{"sdpOffer":""}\r\n\r\n`))).toEqual([400]);
});

test("an OPTIONS that is no preflight, a TRACE and an unknown expectation get what any other method gets", async () => {
  const proxy = await startProxy();
  for (const [method, headers] of [
    ["OPTIONS", []],
    ["TRACE", []],
    ["POST", ["Expect: the-unexpected"]],
  ] as const) {
    const told = await exchange(proxy.url, request(`${method} /api/usage HTTP/1.1`, HOST, CLOSE, ...headers));
    expect([method, statusesIn(told)]).toEqual([method, [404]]);
    expect(told).toContain('"NOT_FOUND"');
    expect(told.toLowerCase()).toContain("content-security-policy:");
  }
});

test("whoever asks for another protocol and does not get it loses the connection, wherever that is asked", async () => {
  const proxy = await startProxy();
  const tooLong = `/api/sessions/${"a".repeat(400)}`;
  for (const path of ["/", "/ws", "/nothing", "/%", "/api/usage", tooLong, "/v1/nothing", "/v1/%"]) {
    const upgrade = ["Connection: Upgrade", "Upgrade: h2c"];
    const told = await exchange(proxy.url, request(`GET ${path} HTTP/1.1`, HOST, ...upgrade));
    expect([path, statusesIn(told).every((status) => status >= 400 && status < 500)]).toEqual([path, true]);
  }
});

const UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];

function chunked(...headers: readonly string[]): string {
  return `${request("POST /api/sdp-exchange HTTP/1.1", HOST, ...headers)}3\r\n{}\n\r\n0\r\n\r\n`;
}
