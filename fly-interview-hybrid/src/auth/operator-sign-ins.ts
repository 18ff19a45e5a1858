import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from "node:crypto";
import { setMaxListeners } from "node:events";
import * as z from "zod/mini";
import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import { newRequestId } from "../ids.ts";
import { pause, within } from "../pause.ts";
import type { Records } from "../records/records.ts";
import { personKey } from "./admission.ts";
import { takeApart } from "./compact-jwt.ts";
import { signHs256, verifyHs256 } from "./hs256.ts";
import { type Principal, requireTenantScope } from "./principal.ts";

const ISSUER = "interview-sdp-proxy-operators";
const SECRET_NAME = "operator-key";

/** What an operator's cookie can permit. */
export const OPERATOR_SCOPES = ["observe", "operate"] as const;
export type OperatorScope = (typeof OPERATOR_SCOPES)[number];

/** Longest time that one is signed in, in seconds: a working day. */
const MAX_SECONDS = 8 * 3600;

/** Somebody who signs out at another machine is out here after this at the latest, in milliseconds, where a stream is open. */
const LOOK_EVERY_MS = 5000;

/** For so long the records are asked before somebody is let in to look, in milliseconds. */
const LOOK_PATIENCE_MS = 1000;

const claimsSchema = z.object({
  jti: z.string(),
  sub: z.string(),
  tenant: z.string(),
  scopes: z.array(z.enum(OPERATOR_SCOPES)),
  exp: z.number(),
  /** What the tenant's people sign in by, as it was then. */
  by: z.string(),
});

/** An operator who is signed in, on the page of the operators. */
export interface OperatorSignIn {
  readonly id: string;
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Stands for the secrets and issuers by which the tenant's people sign in, as they were then. */
  readonly by: string;
}

/** What operators of the page are signed in by: a token of the server's own, which is kept in a cookie. */
export interface OperatorSignIns {
  /** Signs in who was let in with another token, for no longer than that one holds. Throws FORBIDDEN without a scope of operators. */
  begin(principal: Principal): { readonly token: string; readonly signIn: OperatorSignIn };
  /**
   * Who is signed in by a token. `isLook`: the request changes nothing. That is let in although the records cannot say
   * whether somebody has signed out elsewhere, so that an outage of theirs can be watched. Throws UNAUTHENTICATED,
   * TOKEN_EXPIRED, RECORDS_UNAVAILABLE.
   */
  read(token: string, options: { readonly isLook: boolean }): Promise<OperatorSignIn>;
  /** The mark of a sign-in, which only its own page is told. */
  csrfTokenOf(signIn: OperatorSignIn): string;
  /** Compares in constant time. */
  isCsrfToken(signIn: OperatorSignIn, given: string): boolean;
  /** Signs out: the token is good for nothing any more, at any machine, and what is open by it ends. Doing it twice does no harm. */
  end(signIn: OperatorSignIn): Promise<void>;
  /** Acts once, when a sign-in is over, for whatever reason, unless the returned function is called before. */
  whenOver(signIn: OperatorSignIn, act: () => void): () => void;
  /** Ends what is open by a sign-in, and looks no more. */
  close(): Promise<void>;
}

export interface OperatorSignInNeeds {
  readonly records: Pick<Records, "keepSecret" | "spendTicket" | "isTicketSpent">;
  readonly clock: Clock;
  readonly isActive: (tenant: string) => boolean;
  /** All that the tokens of a tenant's people and backends are checked by. Where it changes, they sign in again. */
  readonly credentialsOf: (tenant: string) => unknown;
}

/** Sign-ins under a key that the records keep, which is made at the first start. */
export async function openOperatorSignIns(needs: OperatorSignInNeeds): Promise<OperatorSignIns> {
  const { records, clock, isActive, credentialsOf } = needs;
  const encoded = await records.keepSecret(SECRET_NAME, randomBytes(32).toString("base64url"));
  const key = createSecretKey(encoded, "base64url");
  /** Those that were ended here, and until when their tokens would hold. */
  const ended = new Map<string, number>();
  const waiting = new Map<string, { readonly signIn: OperatorSignIn; readonly acts: Set<() => void> }>();
  const closed = new AbortController();
  // Each request that is under way may wait.
  setMaxListeners(0, closed.signal);
  let isLooking = false;

  const markOf = ({ id }: OperatorSignIn): Buffer => createHmac("sha256", key).update(`csrf:${id}`).digest();
  const byOf = (tenant: string): string =>
    createHmac("sha256", key)
      .update(`by:${JSON.stringify(credentialsOf(tenant))}`)
      .digest("base64url");

  /** Throws where the records cannot say. */
  const isEnded = async ({ id, expiresAt, principal: { tenant }, by }: OperatorSignIn): Promise<boolean> =>
    expiresAt <= clock.now() ||
    ended.has(id) ||
    !isActive(tenant) ||
    by !== byOf(tenant) ||
    (await records.isTicketSpent(markName(id)));

  /** False where the records do not say, or not in time. */
  const isKnownToHaveEnded = async (signIn: OperatorSignIn): Promise<boolean> => {
    const answer = isEnded(signIn).catch(() => false);
    return (await within(answer, LOOK_PATIENCE_MS, { clock, signal: closed.signal })) ?? false;
  };

  const letGo = (id: string): void => {
    const acts = waiting.get(id)?.acts ?? [];
    waiting.delete(id);
    for (const act of acts) act();
  };

  /** Looks again and again while anything is open by a sign-in. */
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    while (waiting.size > 0 && !closed.signal.aborted) {
      await pause(clock, LOOK_EVERY_MS, closed.signal);
      for (const { signIn } of waiting.values()) {
        // What cannot be known now is known at the next look.
        if (await isKnownToHaveEnded(signIn)) letGo(signIn.id);
      }
    }
    isLooking = false;
  };

  return {
    begin(principal) {
      requireTenantScope(principal, OPERATOR_SCOPES);
      const now = clock.now();
      const expiresAt = Math.min(principal.expiresAt ?? Number.POSITIVE_INFINITY, now + MAX_SECONDS * 1000);
      const { tenant, person: sub } = principal;
      const scopes = OPERATOR_SCOPES.filter((scope) => principal.scopes.has(scope));
      const claims = { jti: newRequestId(), sub, tenant, scopes, exp: Math.floor(expiresAt / 1000), by: byOf(tenant) };
      return { token: signHs256({ iss: ISSUER, ...claims }, key), signIn: toSignIn(claims) };
    },
    async read(token, { isLook }) {
      const claims = verifyHs256(takeApart(token), key, { issuer: ISSUER, now: clock.now() });
      const signIn = toSignIn(claimsSchema.parse(claims));
      if (await (isLook ? isKnownToHaveEnded(signIn) : isEnded(signIn))) throw new ProxyError("UNAUTHENTICATED");
      return signIn;
    },
    csrfTokenOf: (signIn) => markOf(signIn).toString("base64url"),
    isCsrfToken(signIn, given) {
      const [own, other] = [markOf(signIn), Buffer.from(given, "base64url")];
      return own.length === other.length && timingSafeEqual(own, other);
    },
    async end({ id, expiresAt }) {
      const now = clock.now();
      for (const [other, until] of ended) if (until < now) ended.delete(other);
      ended.set(id, expiresAt);
      letGo(id);
      await records.spendTicket(markName(id), expiresAt);
    },
    whenOver(signIn, act) {
      const entry = waiting.get(signIn.id) ?? { signIn, acts: new Set<() => void>() };
      waiting.set(signIn.id, entry);
      const once = (): void => {
        cancel();
        act();
      };
      const cancelExpiry = clock.after(Math.max(0, signIn.expiresAt - clock.now()), once);
      const cancel = (): void => {
        cancelExpiry();
        entry.acts.delete(once);
        if (entry.acts.size === 0 && waiting.get(signIn.id) === entry) waiting.delete(signIn.id);
      };
      entry.acts.add(once);
      void look();
      return cancel;
    },
    close() {
      closed.abort();
      for (const id of waiting.keys()) letGo(id);
      return Promise.resolve();
    },
  };
}

/** Under which name the records keep that a sign-in is over; tickets have names of another form. */
function markName(id: string): string {
  return `operator:${id}`;
}

function toSignIn({ jti, sub, tenant, scopes, exp, by }: z.infer<typeof claimsSchema>): OperatorSignIn {
  const expiresAt = exp * 1000;
  return {
    id: jti,
    by,
    principal: {
      tenant,
      person: sub,
      countedAs: personKey(tenant, sub),
      scopes: new Set(scopes),
      session: undefined,
      expiresAt,
    },
    expiresAt,
  };
}
