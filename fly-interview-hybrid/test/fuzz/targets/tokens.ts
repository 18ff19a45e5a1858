import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { createAuthenticate } from "../../../src/auth/authenticate.ts";
import { readCredentials } from "../../../src/auth/credentials.ts";
import { systemClock } from "../../../src/clock.ts";
import { readConfig } from "../../../src/config/config.ts";
import { ProxyError } from "../../../src/errors.ts";
import type { FuzzTarget } from "../target.ts";

interface TokenInput {
  readonly header: string;
  readonly claims: string;
  /** Whose signature is made; "none": an empty one. */
  readonly signer: "ours" | "public key" | "another secret" | "none";
  /** Done to the finished text. */
  readonly edit: { readonly at: number; readonly length: number; readonly text: string } | null;
  readonly place: "header" | "subprotocol" | "url";
}

const SECRET = "a secret of the fuzzer, 32 and more";
const FAR = 4_000_000_000;

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PUBLIC_KEY = publicKey.export({ type: "spki", format: "pem" }).toString();
const SIGNERS = { ours: SECRET, "public key": PUBLIC_KEY, "another secret": "another secret, also 32 characters" };

const authenticate = createAuthenticate({
  config: readConfig({
    NODE_ENV: "test",
    OPENAI_API_KEY: "sk-test",
    JWT_SECRET: SECRET,
    JWT_JWKS_URL: "http://127.0.0.1:9/jwks.json",
    JWT_ISSUER: "https://us.example",
    JWT_AUDIENCE: "interviews",
    SERVICE_TOKEN: "the-backends-own-token-long-enough",
  }),
  clock: systemClock,
  // No token may choose where its key comes from: what asks for anything but this set fails.
  fetch: async (address) => {
    assert.equal(String(address instanceof Request ? address.url : address), "http://127.0.0.1:9/jwks.json");
    const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "ES256" }];
    return Response.json({ keys });
  },
  tickets: { read: async () => undefined },
  spendTicket: async () => true,
});

const algorithm = fc.constantFrom("HS256", "HS512", "none", "None", "NONE", "RS256", "ES256", "EdDSA", "", "hs256");
const kid = fc.constantFrom("k1", "../../dev/null", "k1' OR '1'='1", "http://evil.example/jwks.json", "\0");
const header = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{"alg":"HS256"}') },
  {
    weight: 4,
    arbitrary: fc
      .record(
        {
          alg: algorithm,
          kid,
          jku: fc.constant("http://evil.example/jwks.json"),
          x5u: fc.constant("http://evil.example/x.pem"),
          jwk: fc.constant(publicKey.export({ format: "jwk" })),
          crit: fc.constantFrom(["b64"], [], "b64"),
          typ: fc.constantFrom("JWT", "at+jwt", 7),
        },
        { requiredKeys: ["alg"] },
      )
      .map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.constantFrom('{"alg":"none","alg":"HS256"}', '{"__proto__":{"alg":"HS256"}}') },
);

const goodClaims = { sub: "ada", iss: "https://us.example", aud: "interviews", exp: FAR };
const anyClaim = fc.oneof(fc.string(), fc.double(), fc.constantFrom(null, [], {}, true), fc.array(fc.string()));
const claims = fc.oneof(
  { weight: 4, arbitrary: fc.constant(JSON.stringify(goodClaims)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom("sub", "iss", "aud", "exp", "nbf", "iat", "jti", "session", "scope", "role", "tenant"),
        anyClaim,
      )
      .map(([name, value]) => JSON.stringify({ ...goodClaims, [name]: value })),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

/** Signs in with tokens of every make; only what our secret has signed, byte for byte, may come in. */
export const tokenTarget: FuzzTarget<TokenInput> = {
  name: "tokens",
  counts: "tokens",
  inputs: fc.record({
    header,
    claims,
    signer: fc.constantFrom("ours", "public key", "another secret", "none"),
    edit: fc.option(fc.record({ at: fc.nat(400), length: fc.nat(3), text: fc.string({ maxLength: 3 }) }), { freq: 3 }),
    place: fc.constantFrom("header", "subprotocol", "url"),
  }),
  async attempt(input) {
    const { place } = input;
    const token = tokenOf(input);
    const headers: Record<string, string> =
      place === "header"
        ? { authorization: `Bearer ${token}` }
        : place === "subprotocol"
          ? { "sec-websocket-protocol": `bearer, ${token}` }
          : {};
    const query = place === "url" ? { token } : {};
    const outcome = await authenticate(readCredentials({ headers, query, ip: "192.0.2.1" }), {
      simulationDoor: true,
    }).catch((error: unknown) => error);

    if (outcome instanceof ProxyError) {
      assert.ok(["UNAUTHENTICATED", "TOKEN_EXPIRED"].includes(outcome.code), `it was refused with ${outcome.code}`);
      assert.ok(token.length < 8 || !outcome.message.includes(token), "the token is in no error");
      return 1;
    }
    if (outcome instanceof Error) throw outcome;
    assert.equal(whoSigned(token), "ours", "only what our secret has signed is taken");
    const { tenant, person } = outcome as { readonly tenant: string; readonly person: string };
    assert.equal(tenant, "default", "the tenant follows from the key");
    assert.ok(person.length > 0 && person.length <= 256, "the person is bounded");
    return 1;
  },
};

function tokenOf({ header: head, claims: body, signer, edit }: TokenInput): string {
  const signed = `${encode(head)}.${encode(body)}`;
  const signature =
    signer === "none" ? "" : createHmac("sha256", SIGNERS[signer]).update(signed).digest().toString("base64url");
  const token = `${signed}.${signature}`;
  if (edit === null) return token;
  const at = edit.at % (token.length + 1);
  return token.slice(0, at) + edit.text + token.slice(at + edit.length);
}

/** Found out without the code under test. */
function whoSigned(token: string): string | undefined {
  const [head, body, signature] = token.trim().split(".");
  return Object.entries(SIGNERS).find(
    ([, secret]) => createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url") === signature,
  )?.[0];
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
