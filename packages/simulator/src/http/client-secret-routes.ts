import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import { describeIssue } from "../session/client-event-error.ts";
import { newId } from "../session/ids.ts";
import { createSession } from "../realtime/session-config.ts";
import { ApiError, forbidden, invalidRequest } from "./api-error.ts";
import type { ApiKeys } from "./api-keys.ts";
import { checkSession, readSafetyIdentifier } from "./call-form.ts";

const DEFAULT_LIFETIME_SECONDS = 600;

const bodySchema = z.strictObject({
  expires_after: z.exactOptional(
    z.strictObject({
      anchor: z.exactOptional(z.literal("created_at")),
      seconds: z.exactOptional(z.int().check(z.gte(10), z.lte(7200))),
    }),
  ),
  session: z.exactOptional(z.unknown()),
});

/** `POST /v1/realtime/client_secrets`: short-lived keys for browsers. */
export function addClientSecretRoutes(app: FastifyInstance, keys: ApiKeys): void {
  app.post("/v1/realtime/client_secrets", (request) => {
    const caller = keys.identify(request.headers.authorization);
    if (caller instanceof ApiError) {
      throw caller;
    }
    if (caller.kind === "client_secret") {
      throw forbidden();
    }
    const body = request.body ?? {};
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) {
      const { code, message, param } = describeIssue(parsed.error, body, "");
      throw invalidRequest(code, message, param);
    }
    const session = checkSession(parsed.data.session ?? { type: "realtime" });
    const lifetime = parsed.data.expires_after?.seconds ?? DEFAULT_LIFETIME_SECONDS;
    const secret = keys.mint(session, lifetime, readSafetyIdentifier(request));
    return {
      value: secret.value,
      expires_at: Math.floor(secret.expiresAt / 1000),
      // Recorded: no call exists yet, so neither does an expiry, nor a shard in the id.
      session: createSession(session, { id: newId("sess"), expires_at: 0 }),
    };
  });
}
