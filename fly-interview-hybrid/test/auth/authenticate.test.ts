import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Authenticate, createAuthenticate } from "../../src/auth/authenticate.ts";
import { readCredentials } from "../../src/auth/credentials.ts";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";

const SECRET = "a secret of the test, 32 and more";
const SERVICE = "the-backends-own-token-long-enough";
const now = (): number => Math.floor(Date.now() / 1000);
const person = (): JWTPayload => ({ sub: "ada", exp: now() + 600 });

describe("where a token may be", () => {
  const bearerOf = (headers: Record<string, string>): string | undefined =>
    readCredentials({ headers, query: {}, ip: "192.0.2.1" }).bearer;

  test.each([
    ["Bearer eyJ.x.y", "eyJ.x.y"],
    ["bearer  ek_eyJ.x.y", "eyJ.x.y"],
    ["Bearer ek_rst_x.y", "rst_x.y"],
    ["Bearer ek_of-the-platform", "ek_of-the-platform"],
    ["Bearer ek_ek_eyJ.x.y", "ek_ek_eyJ.x.y"],
    ["Basic eyJ.x.y", undefined],
  ])("in Authorization: %s", (authorization, token) => {
    expect(bearerOf({ authorization })).toBe(token);
  });

  test.each([
    ["bearer, eyJ.x.y", "eyJ.x.y"],
    ["realtime, openai-insecure-api-key.ek_eyJ.x.y, openai-project.p", "eyJ.x.y"],
    ["realtime, openai-project.p", undefined],
    ["openai-insecure-api-key.eyJ.x.y", undefined],
  ])("in a subprotocol: %s", (protocols, token) => {
    expect(bearerOf({ "sec-websocket-protocol": protocols })).toBe(token);
  });
});

describe("authentication by HS256", () => {
  test("a token makes its subject the principal, who may hold interviews", async () => {
    const principal = await bearer(authenticator(), await sign(person()));
    expect(principal).toMatchObject({
      tenant: "default",
      person: "ada",
      scopes: new Set(["interview"]),
      session: undefined,
    });
  });

  test("known scopes are taken, unknown ones ignored, user-editable metadata never looked at", async () => {
    const token = await sign({ ...person(), scope: "operate rule-the-world", user_metadata: { scope: "admin" } });
    expect((await bearer(authenticator(), token)).scopes).toEqual(new Set(["operate"]));
  });

  test("a token may be bound to one session", async () => {
    expect((await bearer(authenticator(), await sign({ ...person(), session: "s-1" }))).session).toBe("s-1");
  });

  test.each<[string, () => Promise<string>, string]>([
    ["no sub", () => sign({ exp: now() + 60 }), "UNAUTHENTICATED"],
    ["no exp", () => sign({ sub: "ada" }), "UNAUTHENTICATED"],
    ["expired", () => sign({ sub: "ada", exp: now() - 60 }), "TOKEN_EXPIRED"],
    ["another secret", () => sign(person(), "another secret, also 32 characters!"), "UNAUTHENTICATED"],
    ["Supabase's anon", () => sign({ ...person(), role: "anon" }), "UNAUTHENTICATED"],
    ["Supabase's service_role", () => sign({ ...person(), role: "service_role" }), "UNAUTHENTICATED"],
    ["HS512", () => sign(person(), SECRET, "HS512"), "UNAUTHENTICATED"],
    ["alg none", async () => unsigned(person()), "UNAUTHENTICATED"],
    ["no token at all", async () => "gibberish", "UNAUTHENTICATED"],
  ])("refuses: %s", async (_name, mint, code) => {
    await expect(bearer(authenticator(), await mint())).rejects.toMatchObject({ code });
  });

  test("issuer and audience must be those that are set", async () => {
    const strict = authenticator({ JWT_ISSUER: "https://us.example", JWT_AUDIENCE: "interviews" });
    await expect(bearer(strict, await sign(person()))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(
      bearer(strict, await sign({ ...person(), iss: "https://us.example", aud: "other" })),
    ).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(
      bearer(strict, await sign({ ...person(), iss: "https://us.example", aud: "interviews" })),
    ).resolves.toMatchObject({ person: "ada" });
  });

  test("the token is in no error", async () => {
    const token = await sign({ sub: "ada", exp: now() - 60 });
    const error: unknown = await bearer(authenticator(), token).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String((error as Error).stack)).not.toContain(token);
    expect((error as Error).message).not.toContain("ada");
  });

  test("without any issuer everyone is refused", async () => {
    const closed = createAuthenticate(needs({ JWT_SECRET: "" }));
    await expect(bearer(closed, await sign(person()))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("tickets", () => {
  const ticket = (): JWTPayload => ({ sub: "ada", iat: now(), exp: now() + 60, jti: "t-1" });

  test("one opens the socket by its URL, once", async () => {
    const authenticate = authenticator();
    const token = await sign(ticket());
    await expect(fromUrl(authenticate, token)).resolves.toMatchObject({ person: "ada" });
    await expect(fromUrl(authenticate, token)).rejects.toMatchObject({ code: "TOKEN_REPLAYED" });
    await expect(bearer(authenticate, token)).rejects.toMatchObject({ code: "TOKEN_REPLAYED" });
  });

  test("a URL takes nothing else", async () => {
    const authenticate = authenticator();
    await expect(fromUrl(authenticate, await sign(person()))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(fromUrl(authenticate, await sign({ ...ticket(), exp: now() + 61 }))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await expect(fromUrl(authenticate, SERVICE)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("authentication by key set", () => {
  test("a token of the key set is taken; its public key is never a secret", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
    const authenticate = authenticator({ JWT_SECRET: "", JWT_JWKS_URL: await serveJson({ keys: [jwk] }) });
    const token = await new SignJWT(person()).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(privateKey);
    await expect(bearer(authenticate, token)).resolves.toMatchObject({ person: "ada" });
    await expect(bearer(authenticate, await sign(person(), JSON.stringify(jwk)))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  test("a key set that cannot be had is an error of ours, not of the person's sign-in", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const token = await new SignJWT(person()).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(privateKey);
    const unreachable = authenticator({ JWT_SECRET: "", JWT_JWKS_URL: "http://127.0.0.1:9/jwks.json" });
    await expect(bearer(unreachable, token)).rejects.toMatchObject({ code: "INTERNAL" });
    const broken = authenticator({ JWT_SECRET: "", JWT_JWKS_URL: await serveJson("no key set") });
    await expect(bearer(broken, token)).rejects.toMatchObject({ code: "INTERNAL" });
    const other = authenticator({ JWT_SECRET: "", JWT_JWKS_URL: await serveJson({ keys: [] }) });
    await expect(bearer(other, token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("both kinds of issuer may be set at once", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256" };
    const authenticate = authenticator({ JWT_JWKS_URL: await serveJson({ keys: [jwk] }) });
    const token = await new SignJWT(person()).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(privateKey);
    await expect(bearer(authenticate, token)).resolves.toMatchObject({ person: "ada" });
    await expect(bearer(authenticate, await sign(person()))).resolves.toMatchObject({ person: "ada" });
  });
});

describe("the service token", () => {
  test("makes the default tenant's backend", async () => {
    await expect(bearer(authenticator(), SERVICE)).resolves.toMatchObject({
      tenant: "default",
      scopes: new Set(["operate"]),
    });
    await expect(bearer(authenticator(), `${SERVICE}x`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("?simulation=true", () => {
  const simulation = { headers: {}, query: { simulation: "true" }, ip: "192.0.2.1" };

  test.each([{ SIMULATION_MODE: "true" }, { ALLOW_SIMULATION: "true" }])(
    "makes a fresh person each time with %o",
    async (settings) => {
      const authenticate = authenticator(settings);
      const first = await authenticate(readCredentials(simulation), { simulationDoor: true });
      const second = await authenticate(readCredentials(simulation), { simulationDoor: true });
      expect(first).toMatchObject({ tenant: "simulation", scopes: new Set(["interview"]) });
      expect(first.person).not.toBe(second.person);
    },
  );

  test("does not help where the server does not simulate, nor at other doors", async () => {
    await expect(authenticator()(readCredentials(simulation), { simulationDoor: true })).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await expect(
      authenticator({ SIMULATION_MODE: "true" })(readCredentials(simulation), { simulationDoor: false }),
    ).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("counts only as the word true", () => {
    for (const simulationText of ["1", "TRUE", "", ["true", "true"]]) {
      expect(readCredentials({ headers: {}, query: { simulation: simulationText }, ip: "192.0.2.1" }).simulation).toBe(
        false,
      );
    }
  });
});

describe("credentials", () => {
  test("come by header, by subprotocol and by URL", () => {
    expect(readCredentials({ headers: { authorization: "bearer abc" }, query: {}, ip: "192.0.2.1" }).bearer).toBe(
      "abc",
    );
    expect(
      readCredentials({ headers: { "sec-websocket-protocol": "bearer, abc" }, query: {}, ip: "192.0.2.1" }).bearer,
    ).toBe("abc");
    expect(readCredentials({ headers: {}, query: { token: "abc" }, ip: "192.0.2.1" }).urlToken).toBe("abc");
    expect(
      readCredentials({ headers: { authorization: "Basic abc" }, query: { token: ["a", "b"] }, ip: "192.0.2.1" }),
    ).toEqual({
      bearer: undefined,
      urlToken: undefined,
      simulation: false,
      address: "192.0.2.1",
    });
  });

  test("are bounded", () => {
    expect(
      readCredentials({ headers: { authorization: `Bearer ${"a".repeat(8193)}` }, query: {}, ip: "192.0.2.1" }).bearer,
    ).toBeUndefined();
  });
});

function needs(settings: Record<string, string>): Parameters<typeof createAuthenticate>[0] {
  const used = new Set<string>();
  return {
    config: readConfig({ OPENAI_API_KEY: "sk-test", JWT_SECRET: SECRET, SERVICE_TOKEN: SERVICE, ...settings }),
    clock: systemClock,
    fetch,
    tickets: { read: async () => undefined },
    spendTicket: async (id) => used.size < used.add(id).size,
  };
}

function authenticator(settings: Record<string, string> = {}): Authenticate {
  return createAuthenticate(needs(settings));
}

function bearer(authenticate: Authenticate, token: string): ReturnType<Authenticate> {
  return authenticate(readCredentials({ headers: { authorization: `Bearer ${token}` }, query: {}, ip: "192.0.2.1" }), {
    simulationDoor: true,
  });
}

function fromUrl(authenticate: Authenticate, token: string): ReturnType<Authenticate> {
  return authenticate(readCredentials({ headers: {}, query: { token }, ip: "192.0.2.1" }), { simulationDoor: true });
}

function sign(claims: JWTPayload, secret = SECRET, alg = "HS256"): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

function unsigned(claims: JWTPayload): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.`;
}

async function serveJson(value: unknown): Promise<string> {
  const server = createServer((_request, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(value)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
}
