import * as z from "zod/mini";
import { KEY_SET_ALGORITHMS } from "../../auth/token-verifier.ts";
import { type Check, mend, ok, PATIENCE_MS, reasonOf } from "../finding.ts";

const keySetSchema = z.object({
  keys: z.array(z.object({ kty: z.string(), use: z.optional(z.string()), alg: z.optional(z.string()) })),
});
type Key = z.infer<typeof keySetSchema>["keys"][number];

const ADVICE =
  "Mend JWT_JWKS_URL: it must be the address of a key set (RFC 7517) with the public keys of your sign-in.";

export const checkKeySet: Check = async ({ config, fetch }) => {
  if (config.JWT_JWKS_URL === undefined) return [];
  try {
    const response = await fetch(config.JWT_JWKS_URL, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return [mend("jwks", `the key set's address answers ${response.status}`, ADVICE)];
    const set = keySetSchema.safeParse(await response.json().catch(() => undefined));
    if (!set.success) return [mend("jwks", "what is there is no key set", ADVICE)];
    const usable = set.data.keys.filter(canVerify);
    if (usable.length === 0) return [mend("jwks", "the key set has no key with which a token can be checked", ADVICE)];
    return [ok("jwks", `the key set has ${usable.length} keys for tokens`)];
  } catch (error) {
    return [mend("jwks", `the key set cannot be reached (${reasonOf(error)})`, ADVICE)];
  }
};

function canVerify({ kty, use, alg }: Key): boolean {
  return ["RSA", "EC", "OKP"].includes(kty) && use !== "enc" && (alg === undefined || KEY_SET_ALGORITHMS.includes(alg));
}
