import { describe, expect, test } from "vitest";
import { startProxy, ticketFor, tokenFor } from "./start-proxy.ts";

describe("who may open a socket", () => {
  test("without a token: one error, then 4401; nothing that was sent is looked at", async () => {
    const proxy = await startProxy();
    const client = proxy.connect("/");
    client.send({ type: "ping" });
    expect(await client.closed).toBe(4401);
    expect(client.messages).toEqual([
      expect.objectContaining({
        type: "error",
        code: "UNAUTHENTICATED",
        retryable: false,
        requestId: expect.stringMatching(/^req_/),
      }),
    ]);
  });

  test.each(["/", "/ws"])("with a token in the subprotocol, on %s", async (path) => {
    const proxy = await startProxy();
    const client = proxy.connect(path, ["bearer", await tokenFor("ada")]);
    expect(await client.next("welcome")).toMatchObject({ type: "welcome", protocol: 1, simulation: false });
    expect(client.socket.protocol).toBe("bearer");
  });

  test("with a ticket in the URL, once; with a long-lived token in the URL, never", async () => {
    const proxy = await startProxy();
    const ticket = await ticketFor("ada");
    await proxy.connect(`/?token=${ticket}`).next("welcome");
    const again = proxy.connect(`/?token=${ticket}`);
    expect(await again.next("error")).toMatchObject({ code: "TOKEN_REPLAYED" });
    expect(await again.closed).toBe(4401);
    expect(await proxy.connect(`/?token=${await tokenFor("ada")}`).closed).toBe(4401);
    expect(proxy.logLines.join("")).not.toContain(ticket);
  });

  test("a token without the scope to hold interviews", async () => {
    const proxy = await startProxy();
    const client = proxy.connect("/", ["bearer", await tokenFor("bot", { scope: "observe" })]);
    expect(await client.next("error")).toMatchObject({ code: "FORBIDDEN" });
    expect(await client.closed).toBe(4403);
  });

  test("?simulation=true opens where the server simulates, and does not help where it does not", async () => {
    const simulating = await startProxy({ settings: { SIMULATION_MODE: "true", JWT_SECRET: "" } });
    expect(await simulating.connect("/?simulation=true").next("welcome")).toMatchObject({ simulation: true });
    expect(await simulating.connect("/").closed).toBe(4401);

    const real = await startProxy({ settings: { SIMULATION_MODE: "false" } });
    expect(await real.connect("/?simulation=true").closed).toBe(4401);
  });

  test("with ALLOW_SIMULATION a simulated session reaches only the simulator, a person's only the service", async () => {
    const proxy = await startProxy({ settings: { ALLOW_SIMULATION: "true" } });
    expect(await proxy.connect("/?simulation=true").next("welcome")).toMatchObject({ simulation: true });
    expect(await (await proxy.connectAs("ada")).next("welcome")).toMatchObject({ simulation: false });
  });
});

describe("where a socket may come from", () => {
  test("a page of another origin is told, and closed", async () => {
    const proxy = await startProxy();
    const client = proxy.connect("/", ["bearer", await tokenFor("ada")], {
      headers: { origin: "https://evil.example" },
    });
    expect(await client.next("error")).toMatchObject({ code: "ORIGIN_NOT_ALLOWED" });
    expect(await client.closed).toBe(4430);
  });

  test("the server's own page and listed pages may connect", async () => {
    const proxy = await startProxy({ settings: { ALLOWED_ORIGINS: "https://jobs.example" } });
    for (const origin of [proxy.url, "https://jobs.example"]) {
      const client = proxy.connect("/", ["bearer", await tokenFor("ada")], { headers: { origin } });
      expect(await client.next("welcome")).toMatchObject({ protocol: 1 });
    }
  });
});

describe("how many may come", () => {
  test("a flood from one address is refused with the time to wait", async () => {
    const proxy = await startProxy({ settings: { CONNECTIONS_PER_MINUTE: "2" } });
    await (await proxy.connectAs("ada")).next("welcome");
    await (await proxy.connectAs("eve")).next("welcome");
    const third = await proxy.connectAs("bob");
    const error = await third.next("error");
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(await third.closed).toBe(4429);
  });

  test("past the connection limit the client is told; a place that is free again is given", async () => {
    const proxy = await startProxy({ settings: { MAX_CONNECTIONS: "1" } });
    const first = await proxy.connectAs("ada");
    await first.next("welcome");
    const second = await proxy.connectAs("eve");
    expect(await second.next("error")).toMatchObject({ code: "CONNECTION_LIMIT", retryable: true });
    expect(await second.closed).toBe(4453);
    first.socket.close();
    await first.closed;
    await (await proxy.connectAs("eve")).next("welcome");
  });
});
