import { createHmac, createSecretKey } from "node:crypto";
import * as fc from "fast-check";
import { errors, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { takeApart } from "../../src/auth/compact-jwt.ts";
import { signHs256, verifyHs256 } from "../../src/auth/hs256.ts";
import { ProxyError } from "../../src/errors.ts";

const SECRET = "a secret of the test, 32 and more";
const KEY = createSecretKey(SECRET, "utf8");
const NOW_SECONDS = 1_795_000_000;
const ISSUER = "https://us.example";
const AUDIENCE = "interviews";
const TOLERANCE = 5;

type Verdict = Readonly<Record<string, unknown>> | "TOKEN_EXPIRED" | "UNAUTHENTICATED";

test("a token of ours is read again, by others too", async () => {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: "Ada Ünlü", exp: NOW_SECONDS + 60 };
  const token = signHs256(claims, KEY);
  expect(ownVerdict(token)).toEqual(claims);
  expect(await joseVerdict(token)).toEqual(claims);
});

test("whatever is done to a token, the verdict is that of jose", async () => {
  const met = { taken: 0, TOKEN_EXPIRED: 0, UNAUTHENTICATED: 0 };
  await fc.assert(
    fc.asyncProperty(spoiltToken, async (token) => {
      const verdict = isWrittenStrictly(token) ? await joseVerdict(token) : "UNAUTHENTICATED";
      expect(ownVerdict(token)).toEqual(verdict);
      met[typeof verdict === "string" ? verdict : "taken"] += 1;
    }),
    { numRuns: 3000 },
  );
  for (const times of Object.values(met)) expect(times).toBeGreaterThan(20);
});

test.each([
  ["a space in it", (token: string) => `${token.slice(0, 5)} ${token.slice(5)}`],
  ["padding", (token: string) => `${token}=`],
  ["bits that nobody reads", withOtherLastBits],
])("a token has one text, and none with %s", async (_name, rewrite) => {
  const token = rewrite(tokenOf(JSON.stringify({ alg: "HS256" }), JSON.stringify(goodClaims)));
  expect(ownVerdict(token)).toBe("UNAUTHENTICATED");
});

test.each([
  ["crit", { alg: "HS256", crit: ["b64"], b64: true }],
  ["b64", { alg: "HS256", b64: true }],
])("what would have to be understood first is refused: %s", async (_name, header) => {
  const token = tokenOf(JSON.stringify(header), JSON.stringify(goodClaims));
  expect(await joseVerdict(token)).toEqual(goodClaims);
  expect(ownVerdict(token)).toBe("UNAUTHENTICATED");
});

const goodClaims = { sub: "ada", iss: ISSUER, aud: AUDIENCE, exp: NOW_SECONDS + 60 };

const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: NOW_SECONDS - 8, max: NOW_SECONDS + 8 }) },
  fc.constantFrom(NOW_SECONDS + 60, NOW_SECONDS + 0.5, 0, -1, 1e300, "1900000000", null, [NOW_SECONDS + 60]),
);
const named = (right: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(right, [right, "another"]) },
    fc.constantFrom([right], ["another", right], [[right]], [], {}, null, 7, "another", `${right} `, ""),
  );
/** Mostly in order, so that each fault is met alone. */
const claimsText = fc.oneof(
  { weight: 3, arbitrary: fc.constant(JSON.stringify(goodClaims)) },
  {
    weight: 4,
    arbitrary: seconds.map((exp) => JSON.stringify({ ...goodClaims, exp })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.record({ sub: fc.constant("ada"), exp: seconds, nbf: seconds, iat: seconds }, { requiredKeys: [] }),
        fc.record({ iss: named(ISSUER), aud: named(AUDIENCE) }, { requiredKeys: [] }),
      )
      .map(([times, names]) => JSON.stringify({ ...goodClaims, ...times, ...names })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("sub", "exp", "iss", "aud")
      .map((name) => JSON.stringify({ ...goodClaims, [name]: undefined })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      "null",
      "[]",
      '"text"',
      "{",
      `\u{feff}${JSON.stringify(goodClaims)}`,
      ` ${JSON.stringify(goodClaims)}\n`,
      `{"__proto__":${JSON.stringify(goodClaims)}}`,
      `{"exp":1,${JSON.stringify(goodClaims).slice(1)}`,
      JSON.stringify({ ...goodClaims, sub: "\u{1f600} \u0000" }),
    ),
  },
);
const headerText = fc.oneof(
  { weight: 6, arbitrary: fc.constant('{"alg":"HS256"}') },
  {
    weight: 2,
    arbitrary: fc
      .record({
        alg: fc.constantFrom("HS256", "HS256", "hs256", "HS512", "RS256", "none", "", null, ["HS256"]),
        typ: fc.constantFrom("JWT", "at+jwt", 3),
        kid: fc.string(),
      })
      .map((header) => JSON.stringify(header)),
  },
  { weight: 1, arbitrary: fc.constantFrom("{}", "[]", "null", "", '{"alg":"none","alg":"HS256"}') },
);

type Spoil = (token: string) => string;
const character = fc.constantFrom(...Array.from("ABab01-_+/=.\n \té"));
const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Spoil>((token) => token) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(400), fc.nat(2), character).map(([at, length, by]): Spoil => {
      return (token) => token.slice(0, at % token.length) + by + token.slice((at % token.length) + length);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Spoil>(
      (token) => `${token}.`,
      (token) => `${token}.x.y`,
      (token) => token.split(".").slice(0, 2).join("."),
      (token) => `${token.split(".").slice(0, 2).join(".")}.`,
      (token) => token.split(".").toReversed().join("."),
      (token) => token.slice(0, -1),
      withOtherLastBits,
    ),
  },
);

const spoiltToken = fc
  .tuple(headerText, claimsText, fc.constantFrom(SECRET, SECRET, SECRET, `${SECRET}!`), spoil)
  .map(([header, claims, secret, change]) => change(tokenOf(header, claims, secret)));

function tokenOf(header: string, claims: string, secret = SECRET): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** 32 bytes leave two bits of the last character unused. */
function withOtherLastBits(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1) ?? "");
  return token.slice(0, -1) + (alphabet[last + 1] ?? "A");
}

/** Where ours is stricter. */
function isWrittenStrictly(token: string): boolean {
  const isCanonical = token.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
  const header = takeApart(token)?.header;
  return isCanonical && header?.crit === undefined && header?.b64 === undefined;
}

function ownVerdict(token: string): Verdict {
  try {
    return verifyHs256(takeApart(token), KEY, {
      issuer: ISSUER,
      audience: AUDIENCE,
      required: ["sub", "exp"],
      toleranceSeconds: TOLERANCE,
      now: NOW_SECONDS * 1000 + 999,
    });
  } catch (error) {
    if (error instanceof ProxyError && error.code === "TOKEN_EXPIRED") return "TOKEN_EXPIRED";
    if (error instanceof ProxyError && error.code === "UNAUTHENTICATED") return "UNAUTHENTICATED";
    throw error;
  }
}

async function joseVerdict(token: string): Promise<Verdict> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
      algorithms: ["HS256"],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["sub", "exp"],
      clockTolerance: TOLERANCE,
      currentDate: new Date(NOW_SECONDS * 1000 + 999),
    });
    return payload;
  } catch (error) {
    return error instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "UNAUTHENTICATED";
  }
}
