import { createSecretKey, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import { newRequestId } from "../ids.ts";
import type { Records } from "../records/records.ts";
import { takeApart } from "./compact-jwt.ts";
import type { SessionCredential } from "./credentials.ts";
import { signHs256, verifyHs256 } from "./hs256.ts";
import { SCOPES } from "./principal.ts";

const ISSUER = "interview-sdp-proxy-relay";
const SECRET_NAME = "relay-key";

/** A pass is used at once; the rest is for clocks of machines that differ. In seconds. */
const LIFE_SECONDS = 10;

const claimsSchema = z.object({
  jti: z.string(),
  exp: z.number(),
  credential: z.union([
    z.strictObject({ resumeToken: z.string() }),
    z.strictObject({
      principal: z.object({
        tenant: z.string(),
        person: z.string(),
        countedAs: z.string(),
        scopes: z.array(z.enum(SCOPES)),
        session: z.optional(z.string()),
      }),
    }),
  ]),
});

/**
 * What one machine shows another with a request that it passes on: whose it is. Each serves once, within seconds, at the
 * one machine for which it was made.
 */
export interface RelayPasses {
  /** For one request to the machine at a base URL. */
  issue(credential: SessionCredential, address: string): Promise<string>;
  /** Who makes a request that was passed on to this machine, which is at `address`. Throws UNAUTHENTICATED. */
  redeem(pass: string, address: string): Promise<SessionCredential>;
}

/** Passes under a key that the records keep, which is made at the first start: whoever shares the records is trusted. */
export async function openRelayPasses(records: Pick<Records, "keepSecret">, clock: Clock): Promise<RelayPasses> {
  const encoded = await records.keepSecret(SECRET_NAME, randomBytes(32).toString("base64url"));
  const key = createSecretKey(encoded, "base64url");
  /** Passes that were used, and when they expire, oldest first: only as many as the other machines make in a few seconds. */
  const used = new Map<string, number>();

  const spend = (id: string, expiresAt: number): boolean => {
    for (const [known, knownUntil] of used) {
      if (knownUntil > clock.now()) break;
      used.delete(known);
    }
    if (used.has(id)) return false;
    used.set(id, expiresAt + LIFE_SECONDS * 1000);
    return true;
  };

  return {
    async issue(credential, address) {
      const iat = Math.floor(clock.now() / 1000);
      const claims = { iss: ISSUER, aud: address, jti: newRequestId(), iat, exp: iat + LIFE_SECONDS };
      return signHs256({ ...claims, credential: toClaim(credential) }, key);
    },
    async redeem(pass, address) {
      try {
        const expected = { issuer: ISSUER, audience: address, toleranceSeconds: LIFE_SECONDS, now: clock.now() };
        const { jti, exp, credential } = claimsSchema.parse(verifyHs256(takeApart(pass), key, expected));
        if (!spend(jti, exp * 1000)) throw new Error("The pass was used before.");
        return toCredential(credential);
      } catch (cause) {
        throw new ProxyError("UNAUTHENTICATED", { cause });
      }
    },
  };
}

type CredentialClaim = z.infer<typeof claimsSchema>["credential"];

function toClaim(credential: SessionCredential): CredentialClaim {
  if ("resumeToken" in credential) return credential;
  const { scopes, ...principal } = credential.principal;
  return { principal: { ...principal, scopes: [...scopes] } };
}

function toCredential(claim: CredentialClaim): SessionCredential {
  if ("resumeToken" in claim) return claim;
  const { scopes, session, ...principal } = claim.principal;
  return { principal: { ...principal, session, scopes: new Set(scopes) } };
}
