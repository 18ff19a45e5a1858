import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { ProxyError } from "../errors.ts";
import type { CompactJwt, JsonObject } from "./compact-jwt.ts";

/** What a token must say. Times are in seconds. */
export interface ExpectedClaims {
  readonly issuer?: string | undefined;
  /** The one audience, or one of several, that the token must name. */
  readonly audience?: string | undefined;
  /** Claims without which it is none. */
  readonly required?: readonly string[];
  /** By how much the issuer's clock may differ. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const ALGORITHM = "HS256";
const HEADER = encoded({ alg: ALGORITHM });

/** A token of ours: these claims, under a key of ours. */
export function signHs256(claims: JsonObject, key: KeyObject): string {
  const signed = `${HEADER}.${encoded(claims)}`;
  return `${signed}.${hmac(signed, key).toString("base64url")}`;
}

/** True for a token that says it is signed with a secret. */
export function isHs256({ header }: CompactJwt): boolean {
  return header.alg === ALGORITHM;
}

/**
 * The claims of a token that holds; `undefined` is a text that is none. In place, because one that is checked in another thread waits for that thread's turn.
 * Throws UNAUTHENTICATED, and TOKEN_EXPIRED where nothing else is wrong with it.
 */
export function verifyHs256(jwt: CompactJwt | undefined, key: KeyObject, expected: ExpectedClaims): JsonObject {
  if (jwt === undefined) throw refused("not a token");
  // What a header calls critical, or says of how the claims are written, would have to be understood.
  if (!isHs256(jwt) || Object.hasOwn(jwt.header, "crit") || Object.hasOwn(jwt.header, "b64"))
    throw refused("not signed as ours are");
  const signature = hmac(jwt.signed, key);
  if (jwt.signature.length !== signature.length || !timingSafeEqual(jwt.signature, signature))
    throw refused("the signature does not hold");
  checkClaims(jwt.claims, expected);
  return jwt.claims;
}

function checkClaims(claims: JsonObject, expected: ExpectedClaims): void {
  const { issuer, audience, required = [], toleranceSeconds = 0 } = expected;
  const now = Math.floor(expected.now / 1000);
  const missing = required.find((name) => !Object.hasOwn(claims, name));
  if (missing !== undefined) throw refused(`no ${missing}`);
  if (issuer !== undefined && claims.iss !== issuer) throw refused("another issuer");
  if (audience !== undefined && ![claims.aud].flat().includes(audience)) throw refused("another audience");
  numberIn(claims, "iat");
  const [nbf, exp] = [numberIn(claims, "nbf"), numberIn(claims, "exp")];
  if (nbf !== undefined && nbf > now + toleranceSeconds) throw refused("not valid yet");
  if (exp !== undefined && exp <= now - toleranceSeconds) throw new ProxyError("TOKEN_EXPIRED");
}

function numberIn(claims: JsonObject, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined || typeof value === "number") return value;
  throw refused(`${name} is no number`);
}

/** Nothing of the token is in the reason. */
function refused(reason: string): ProxyError {
  return new ProxyError("UNAUTHENTICATED", { cause: new Error(`The token was refused: ${reason}.`) });
}

function hmac(text: string, key: KeyObject): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function encoded(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
