import { createSecretKey, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import { newRequestId } from "../ids.ts";
import type { Records } from "../records/records.ts";
import { personKey } from "./admission.ts";
import type { CompactJwt } from "./compact-jwt.ts";
import { signHs256, verifyHs256 } from "./hs256.ts";
import { MAX_TICKET_SECONDS, type VerifiedToken } from "./token-verifier.ts";

/** Tells tickets of ours from tokens of the platform's issuer. What it says counts only once our key has verified it. */
const ISSUER = "interview-sdp-proxy";

const SECRET_NAME = "ticket-key";

const claimsSchema = z.object({
  sub: z.string(),
  tenant: z.string(),
  session: z.string(),
  jti: z.string(),
  exp: z.number(),
});

/** For whom a ticket is: the person of a session. */
export interface TicketHolder {
  readonly tenant: string;
  readonly person: string;
  readonly session: string;
}

/** A ticket, and when it expires (milliseconds since the epoch). */
export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAt: number;
}

/** Tickets of the server's own, with which a person comes to a session that the platform has created. */
export interface Tickets {
  /** `seconds`: how long it lives, if that is less than the longest life of a ticket. */
  issue(holder: TicketHolder, seconds?: number): Promise<IssuedTicket>;
  /**
   * What a ticket of ours says; `undefined` for any other token. Whether it was used before is for the caller to find out.
   * Throws UNAUTHENTICATED or TOKEN_EXPIRED.
   */
  read(token: CompactJwt): Promise<VerifiedToken | undefined>;
}

/** Tickets under the key that the records keep, which is made at the first start. */
export async function openTickets(records: Pick<Records, "keepSecret">, clock: Clock): Promise<Tickets> {
  const encoded = await records.keepSecret(SECRET_NAME, randomBytes(32).toString("base64url"));
  const key = createSecretKey(encoded, "base64url");
  return {
    async issue({ tenant, person, session }, seconds = MAX_TICKET_SECONDS) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const expiresAt = issuedAt + Math.min(seconds, MAX_TICKET_SECONDS);
      const claims = { iss: ISSUER, sub: person, tenant, session, jti: newRequestId(), iat: issuedAt, exp: expiresAt };
      return { ticket: signHs256(claims, key), expiresAt: expiresAt * 1000 };
    },
    async read(token) {
      if (token.claims.iss !== ISSUER) return undefined;
      const claims = claimsSchema.safeParse(verifyHs256(token, key, { issuer: ISSUER, now: clock.now() }));
      if (!claims.success) throw new ProxyError("UNAUTHENTICATED", { cause: claims.error });
      return toVerifiedToken(claims.data);
    },
  };
}

function toVerifiedToken({ sub, tenant, session, jti, exp }: z.infer<typeof claimsSchema>): VerifiedToken {
  return {
    principal: {
      tenant,
      person: sub,
      countedAs: personKey(tenant, sub),
      scopes: new Set(["interview"]),
      session,
    },
    ticket: { id: jti, expiresAt: exp * 1000 },
  };
}
