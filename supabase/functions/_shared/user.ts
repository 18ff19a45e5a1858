import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, jwtVerify } from "jose";
import * as z from "zod/mini";
import { Refusal } from "./refusal.ts";

/** Families are kept apart, so that a public key can never be taken for an HMAC secret. */
const SECRET_ALGORITHMS = ["HS256"];
const KEY_SET_ALGORITHMS = ["ES256", "RS256", "EdDSA"];

/** Clocks may differ by this much, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

const claimsSchema = z.object({
  sub: z.uuid(),
  /** `anon` and `service_role` stand for a key and not for a person. */
  role: z.literal("authenticated"),
});

/** Who is signed in. */
export interface User {
  readonly id: string;
  readonly token: string;
}

/** Checks the `Authorization` of a request. Throws UNAUTHENTICATED, TOKEN_EXPIRED; the token enters no error. */
export type ReadUser = (request: Request) => Promise<User>;

export interface UserNeeds {
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of the project, which issues the tokens. */
  readonly url: string;
  /** Of a project whose tokens are still signed by a shared secret. */
  readonly jwtSecret: string | undefined;
}

/** Reads users by the project's key set, or by its shared secret where it has one. */
export function createReadUser({ fetch, now, url, jwtSecret }: UserNeeds): ReadUser {
  const issuer = `${url}/auth/v1`;
  const secret = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret);
  const keySetUrl = new URL(`${issuer}/.well-known/jwks.json`);
  const keySet = createRemoteJWKSet(keySetUrl, { timeoutDuration: 5000, [customFetch]: fetch });

  const verify = async (token: string): Promise<unknown> => {
    const options = {
      issuer,
      audience: "authenticated",
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(now()),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    };
    if (!isHs256(token))
      return (await jwtVerify(token, keySet, { ...options, algorithms: KEY_SET_ALGORITHMS })).payload;
    if (secret === undefined) throw new Refusal("UNAUTHENTICATED");
    return (await jwtVerify(token, secret, { ...options, algorithms: SECRET_ALGORITHMS })).payload;
  };

  return async (request) => {
    const [, token] = /^Bearer ([^\s]{1,8192})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (token === undefined) throw new Refusal("UNAUTHENTICATED");
    const claims = z.safeParse(claimsSchema, await verify(token).catch(refuse));
    if (!claims.success) throw new Refusal("UNAUTHENTICATED");
    return { id: claims.data.sub, token };
  };
}

function isHs256(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg === "HS256";
  } catch (cause) {
    throw new Refusal("UNAUTHENTICATED", { cause });
  }
}

/** A key set that cannot be had is no fault of the person's. */
function refuse(cause: unknown): never {
  if (cause instanceof Refusal) throw cause;
  if (cause instanceof errors.JWTExpired) throw new Refusal("TOKEN_EXPIRED", { cause });
  const isOutage =
    !(cause instanceof errors.JOSEError) ||
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    cause.code === errors.JOSEError.code;
  throw new Refusal(isOutage ? "INTERNAL" : "UNAUTHENTICATED", { cause });
}
