import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { ERRORS, httpErrorSchema, isErrorCode } from "@interview-proxy/protocol";
import * as fc from "fast-check";
import type { ApiDocument } from "../../../src/doors/reference/document.ts";
import { audioOffer } from "../../sample-sdp.ts";
import { ADMIN_TOKEN, type FuzzedProxy, SERVICE_TOKEN } from "../fuzzed-proxy.ts";
import { inputsOf, type JsonSchema } from "../schema-inputs.ts";
import type { FuzzTarget } from "../target.ts";

/** A request as it goes over the wire, every part of it open to damage. */
interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Only a server that has lost a request takes so long, also on a busy machine. In milliseconds. */
const PATIENCE_MS = 20_000;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "G\0T", ""];
const PATHS = [
  "/",
  "/ws",
  "/healthz",
  "/readyz",
  "/metrics",
  "/api",
  "/api/",
  "/api/nothing",
  "/assets/x.js",
  "/v1/",
  "*",

  "/assets/../package.json",
  "/assets/%2e%2e/%2e%2e/package.json",
  "/assets/..%5c..%5c",
  "//api/sessions",
  "/%",
  "/%00",
  "/api/sessions/../usage",
  "http://evil.example/api/sessions",
  "/api/sessions;x=1",
  "/API/SESSIONS",
  "/?token=x",
];
const PARTS = [`ses_${"A".repeat(22)}`, "x", "__proto__", "%00", "..%2f..", "a".repeat(300), "%F0%9F%98%80", "", "%zz"];
const NOTED = ["0", "-1", "1e9", "nonsense", "a".repeat(500), "%00", "1&limit=2", "", "2024-02-30T00:00:00Z"];

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom("X-Forwarded-For", "Fly-Client-IP", "Forwarded", "X-Real-IP", "X-Request-Id", "traceparent"),
    fc.constantFrom("192.0.2.1", "127.0.0.1, ::1", "x\u007f", "a".repeat(5000), "00-0-0-0", ""),
  ),
  fc.tuple(
    fc.constantFrom("Origin", "Host", "Referer", "Cookie", "Sec-Fetch-Site", "X-CSRF-Token", "Last-Event-ID"),
    fc.constantFrom(
      "https://evil.example",
      "null",
      "localhost",
      "operator=x.y.z; __Host-operator=x",
      "cross-site",
      "-1",
    ),
  ),
  fc.tuple(
    fc.constantFrom("Transfer-Encoding", "Content-Length", "Expect", "Connection", "Upgrade", "Content-Encoding"),
    fc.constantFrom(
      "chunked",
      "0",
      "-1",
      "99999999999",
      "100-continue",
      "upgrade",
      "websocket",
      "gzip",
      "h2c",
      "x, chunked",
    ),
  ),
  fc.tuple(
    fc.constantFrom("Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Upgrade", "Connection"),
    fc.constantFrom("dGhlIHNhbXBsZSBub25jZQ==", "13", "0", "bearer, x", "websocket", "Upgrade", "", ",,"),
  ),
  fc.tuple(
    fc.constantFrom("X-Http-Method-Override", "Accept", "Range", "Authorization", "__proto__", "a b"),
    fc.string(),
  ),
);

/** Asks what the server's own description says there is to ask, damaged in every part; each answer must be one of the table. */
export async function requestTarget(proxy: FuzzedProxy): Promise<FuzzTarget<RawRequest>> {
  const reply = await fetch(`http://127.0.0.1:${proxy.port}/api/openapi.json`);
  const document = (await reply.json()) as ApiDocument;
  const tokens = [SERVICE_TOKEN, ADMIN_TOKEN, proxy.tokenOf("ada"), "x", "rst_x.y", `${proxy.tokenOf("ada")}x`];
  return {
    name: "requests",
    counts: "requests",
    inputs: requestsOf(document, tokens),
    async attempt(request) {
      const answer = await exchange(proxy.port, bytesOf(request));
      checkAnswer(answer);
      proxy.checkHealth();
      return 1;
    },
    longestBlockMs: () => proxy.longestBlockMs(),
    heapBytes: () => proxy.heapBytes(),
  };
}

function requestsOf({ paths, components }: ApiDocument, tokens: readonly string[]): fc.Arbitrary<RawRequest> {
  const schemas = components.schemas as Readonly<Record<string, JsonSchema>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const body = operation.requestBody?.content["application/json"]?.schema as JsonSchema | undefined;
      const queries = operation.parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
      return fc.record({
        method: fc.constant(method.toUpperCase()),
        path: pathsOf(path, queries),
        body:
          body === undefined
            ? fc.constant("")
            : inputsOf(body, schemas, [audioOffer]).map((value) => JSON.stringify(value)),
      });
    }),
  );
  const damagedBody = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom("{", "\u00ff", "[".repeat(20_000), "a".repeat(140_000)),
  );
  return fc
    .record({
      operation: fc.oneof(...operations),
      method: fc.option(fc.constantFrom(...METHODS), { freq: 8 }),
      path: fc.option(fc.constantFrom(...PATHS), { freq: 8 }),
      body: fc.option(damagedBody, { freq: 4 }),
      authorization: fc.constantFrom(undefined, ...tokens.map((token) => `Bearer ${token}`)),
      contentType: fc.oneof(
        { weight: 6, arbitrary: fc.constant("application/json") },
        {
          weight: 1,
          arbitrary: fc.constantFrom("text/plain", "application/sdp", "multipart/form-data; boundary=x", ""),
        },
      ),
      more: fc.array(header, { maxLength: 3 }),
    })
    .map(({ operation, method, path, body, authorization, contentType, more }) => ({
      method: method ?? operation.method,
      path: path ?? operation.path,
      headers: [
        ["Content-Type", contentType] as const,
        ...(authorization === undefined ? [] : [["Authorization", authorization] as const]),
        ...more,
      ],
      body: body ?? operation.body,
    }));
}

/** A path with something in place of each of its parameters. */
function pathsOf(path: string, queries: readonly string[]): fc.Arbitrary<string> {
  const query = fc.dictionary(fc.constantFrom("x", ...queries), fc.constantFrom(...NOTED), { maxKeys: 3 });
  return fc.tuple(fc.array(fc.constantFrom(...PARTS), { minLength: 4, maxLength: 4 }), query).map(([parts, asked]) => {
    const rest = [...parts];
    const filled = path.replaceAll(/\{[^}]+\}/g, () => rest.pop() ?? "x");
    const pairs = Object.entries(asked).map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? filled : `${filled}?${pairs.join("&")}`;
  });
}

function bytesOf({ method, path, headers, body }: RawRequest): Buffer {
  const isSized = headers.some(([name]) => name === "Content-Length");
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: localhost",
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(isSized ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    "",
    body,
  ];
  return Buffer.from(lines.join("\r\n"), "utf8");
}

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** What the server says to these bytes, up to the end of the connection; `undefined`: nothing. */
async function exchange(port: number, bytes: Buffer): Promise<Answer | undefined> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  let told = "";
  const ended = once(socket, "close");
  const timer = setTimeout(() => socket.destroy(new Error("too late")), PATIENCE_MS);
  socket.on("data", (chunk: Buffer) => {
    told += chunk.toString("latin1");
    // Nothing ends these by itself.
    if (/^HTTP\/1\.1 (?:101|200[^]*\r\ncontent-type: text\/event-stream)/i.test(told)) socket.destroy();
  });
  // The end says that whatever is incomplete stays so.
  socket.end(bytes);
  await ended.catch(() => undefined);
  const isLate = socket.errored?.message === "too late";
  clearTimeout(timer);
  assert.ok(!isLate, "the server neither answered nor closed");
  const final = told.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, "");
  const [, status, headers = "", body = ""] = /^HTTP\/1\.1 (\d{3})([^]*?)\r\n\r\n([^]*)$/.exec(final) ?? [];
  return status === undefined ? undefined : { status: Number(status), headers: headers.toLowerCase(), body };
}

function checkAnswer(answer: Answer | undefined): void {
  if (answer === undefined || answer.status < 400) return;
  const { status, headers, body } = answer;
  if (body === "" || !headers.includes("content-type: application/json")) {
    assert.ok(body === "" && status < 500, `${status} with a body of another form: ${body.slice(0, 100)}`);
    return;
  }
  const value = JSON.parse(Buffer.from(body, "latin1").toString("utf8")) as {
    readonly error?: { readonly type?: string };
  };
  // Below /v1 errors have OpenAI's form.
  if (typeof value.error?.type === "string") return assert.ok(status < 500, `${status} below /v1`);
  const { error } = httpErrorSchema.parse(value);
  assert.ok(isErrorCode(error.code), "the code is one of the table");
  assert.equal(status, ERRORS[error.code].http, "the status is the table's");
  assert.ok(status < 500 || error.code === "UPSTREAM_REJECTED_SDP", `the server failed: ${error.code}`);
}
