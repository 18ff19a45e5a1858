import { expect, test } from "vitest";
import { SERVICE, startPlatform } from "../doors/platform.ts";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";
import { exchange, request, statusesIn } from "./raw-exchange.ts";

const FORGED = '","level":"fatal","msg":"forged"}\n{"level":"fatal","msg":"forged"}\r\n\u2028\u001b[2J';

test("whatever a client calls itself, its person or its request, a log line stays one, and says no more", async () => {
  const { proxy } = await startPlatform();
  const client = proxy.connect("/", ["bearer", await tokenFor(`ada${FORGED}`)]);
  await client.next("welcome");
  client.send({ type: "init" });
  await client.next("initialized");
  client.send({ type: "init", sessionId: FORGED });
  client.send({ type: FORGED });
  await client.next("error");
  await proxy.fetch(`/api/sessions?person=${encodeURIComponent(FORGED)}`, {
    headers: { authorization: `Bearer ${SERVICE}`, "user-agent": "x\tforged", "x-request-id": "forged" },
  });
  await exchange(
    proxy.url,
    request(`GET /${encodeURIComponent(FORGED)}?token=forged HTTP/1.1`, "Host: forged", "Connection: close"),
  );
  await proxy.close();
  expect(proxy.logLines.length).toBeGreaterThan(5);
  for (const line of proxy.logLines) {
    expect(line.indexOf("\n")).toBe(line.length - 1);
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const { level, msg } = JSON.parse(line) as { readonly level: string; readonly msg: string };
    expect(level).not.toBe("fatal");
    expect(msg).not.toContain("forged");
  }
});

test("no reply repeats a header, an address or a name in its own head", async () => {
  const proxy = await startProxy({ settings: { ALLOWED_ORIGINS: "https://jobs.example" } });
  for (const line of [
    "Origin: https://jobs.example\\r\\nSet-Cookie: a=b",
    "Origin: https://jobs.example%0d%0aSet-Cookie:%20a=b",
    "X-Request-Id: forged%0d%0aSet-Cookie: a=b",
    "Host: localhost%0d%0aSet-Cookie: a=b",
    "Sec-WebSocket-Protocol: bearer%0d%0aSet-Cookie: a=b",
  ]) {
    for (const path of ["/api/usage", "/%0d%0aSet-Cookie:%20a=b", "/api/sessions/%0d%0aSet-Cookie:%20a=b/transcript"]) {
      const hosts = line.startsWith("Host") ? [line] : ["Host: localhost", line];
      const told = await exchange(proxy.url, request(`GET ${path} HTTP/1.1`, ...hosts, "Connection: close"));
      expect(statusesIn(told)).toHaveLength(1);
      expect(told.split("\r\n\r\n")[0]).not.toMatch(/set-cookie|forged/i);
    }
  }
});

test("nothing that is parsed gets into the prototypes of what is there", async () => {
  const { proxy, ask } = await startPlatform();
  const client = await proxy.connectAs("ada");
  await client.next("welcome");
  for (const polluting of ['"__proto__":{"polluted":true}', '"constructor":{"prototype":{"polluted":true}}']) {
    for (const text of [`{"type":"ping",${polluting}}`, `{"type":"init",${polluting}}`, `{${polluting}}`]) {
      client.sendRaw(text);
      expect((await client.next("error")).code).toBe("INVALID_MESSAGE");
    }
    for (const path of ["/api/sessions", "/api/invitations", "/api/sdp-exchange", "/api/invitations/redeem"]) {
      const headers = { authorization: `Bearer ${SERVICE}`, "content-type": "application/json" };
      const body = `{"person":"ada","metadata":{${polluting}},${polluting}}`;
      expect((await proxy.fetch(path, { method: "POST", headers, body })).status).toBeLessThan(500);
    }
    await ask("GET", "/api/sessions?__proto__[polluted]=true&constructor.prototype.polluted=true");
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(await client.isAlive()).toBe(true);
});
