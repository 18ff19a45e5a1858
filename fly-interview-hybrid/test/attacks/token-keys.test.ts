import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { startProxy } from "../doors/start-proxy.ts";

interface KeyServer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
}

async function serve(answer: RequestListener): Promise<KeyServer> {
  const asked: string[] = [];
  const server = createServer((request, reply) => {
    asked.push(request.url ?? "");
    answer(request, reply);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A key of an attacker's, and a server that would hand it out. */
async function attacker(): Promise<KeyServer & { readonly sign: (header: object) => Promise<string> }> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
  const server = await serve((_request, reply) => void reply.end(JSON.stringify({ keys: [jwk] })));
  const sign = (header: object): Promise<string> =>
    new SignJWT({ scope: "operate" })
      .setProtectedHeader({ alg: "ES256", kid: "k1", ...header, jwk })
      .setSubject("ada")
      .setExpirationTime("10m")
      .sign(privateKey);
  return { ...server, sign };
}

test("no token brings its own key, nor says where there is one", async () => {
  const evil = await attacker();
  const { publicKey } = await generateKeyPair("ES256");
  const ours = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
  const issuer = await serve((_request, reply) => void reply.end(JSON.stringify({ keys: [ours] })));
  const proxy = await startProxy({ settings: { JWT_JWKS_URL: `${issuer.url}/keys` } });
  for (const header of [
    { jku: `${evil.url}/keys` },
    { x5u: `${evil.url}/cert` },
    { kid: `${evil.url}/keys` },
    { kid: "../../../../dev/null" },
    { kid: "k1' UNION SELECT 'x" },
    { kid: "k1\u0000" },
  ]) {
    const headers = { authorization: `Bearer ${await evil.sign(header)}` };
    expect([header, await proxy.fetch("/api/usage", { headers })]).toMatchObject([header, { status: 401 }]);
  }
  expect(evil.asked).toEqual([]);
  expect(new Set(issuer.asked)).toEqual(new Set(["/keys"]));
});

test("a key set is not asked for at an address that its own server names", async () => {
  const evil = await attacker();
  const issuer = await serve(
    (_request, reply) => void reply.writeHead(302, { location: `${evil.url}/internal` }).end(),
  );
  const proxy = await startProxy({ settings: { JWT_JWKS_URL: `${issuer.url}/keys` } });
  const { status } = await proxy.fetch("/api/usage", { headers: { authorization: `Bearer ${await evil.sign({})}` } });
  // That the set cannot be had is a fault on this side, and no sign-in.
  expect(status).toBe(500);
  expect(issuer.asked).toEqual(["/keys"]);
  expect(evil.asked).toEqual([]);
});
