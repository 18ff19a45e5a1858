import { createHmac } from "node:crypto";
import type { Config } from "../../config/config.ts";
import type { Principal } from "../../auth/principal.ts";

/** Names a person to the provider: the same one always alike, without saying who it is. */
export function safetyIdentifierOf({ tenant, person }: Pick<Principal, "tenant" | "person">, config: Config): string {
  const key = config.SAFETY_IDENTIFIER_KEY ?? `safety-identifier:${config.OPENAI_API_KEY ?? ""}`;
  return createHmac("sha256", key)
    .update(JSON.stringify([tenant, person]))
    .digest("hex");
}
