import { expect, test } from "vitest";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";

const OURS = "https://jobs.example";

/** Pages that look like one that may connect, to a person or to a careless comparison. */
const LOOKALIKES = [
  "https://jobs.example.evil.example",
  "https://jobs.exampleX",
  "https://evil-jobs.example",
  "https://jobs-example",
  "http://jobs.example",
  "https://jobs.example:444",
  "https://a.jobs.example",
  "https://jobs.example@evil.example",
  "null",
  "file://",
  "https://",
  "https://evil.example/https://jobs.example",
  "https://jobs%2eexample",
  "*",
];

test("a page of another site opens no socket, reads no reply and is told so, whatever it has of a person's", async () => {
  const proxy = await startProxy({ settings: { NODE_ENV: "production", ALLOWED_ORIGINS: OURS } });
  const token = await tokenFor("ada");
  const cookie = "session=x; __Host-operator=x; operator=x";
  for (const origin of LOOKALIKES) {
    const client = proxy.connect("/", ["bearer", token], { headers: { origin, cookie } });
    expect([origin, await client.next("error", "welcome")]).toMatchObject([origin, { code: "ORIGIN_NOT_ALLOWED" }]);
    expect(await client.closed).toBe(4430);
    const { status, headers } = await proxy.fetch("/api/usage", {
      headers: { origin, cookie, authorization: `Bearer ${token}` },
    });
    expect([origin, status]).toEqual([origin, 403]);
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("no page gets a browser to add what it keeps for this server, and none may frame it", async () => {
  const proxy = await startProxy({ settings: { ALLOWED_ORIGINS: OURS } });
  for (const [path, init] of [
    ["/api/usage", {}],
    ["/healthz", {}],
    ["/", {}],
    ["/api/usage", { method: "OPTIONS", headers: { "access-control-request-method": "GET" } }],
    ["/v1/realtime/calls", { method: "OPTIONS", headers: { "access-control-request-method": "POST" } }],
  ] as const) {
    const { headers } = await proxy.fetch(path, {
      ...init,
      headers: { origin: OURS, ...("headers" in init && init.headers) },
    });
    expect(headers.get("access-control-allow-origin")).toBe(OURS);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")?.toLowerCase()).toContain("origin");
    expect(headers.get("set-cookie")).toBeNull();
  }
  const { headers } = await proxy.fetch("/");
  const policy = new Map(
    (headers.get("content-security-policy") ?? "").split(";").map((part) => {
      const [name = "", ...sources] = part.trim().split(" ");
      return [name, sources.join(" ")] as const;
    }),
  );
  expect(Object.fromEntries(policy)).toMatchObject({
    "default-src": "'self'",
    "script-src": "'self'",
    "script-src-attr": "'none'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
  });
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(headers.get("strict-transport-security")).toContain("max-age=");
});
