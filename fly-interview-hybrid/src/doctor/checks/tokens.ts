import { hasTokenIssuer } from "../../config/config.ts";
import { type Check, type Finding, look, mend, ok } from "../finding.ts";

/** Who can get in at all. */
export const checkTokens: Check = async ({ config }) => {
  const findings: Finding[] = [];
  if (config.NODE_ENV !== "production") {
    findings.push(look("tokens", "NODE_ENV is not production", "Set NODE_ENV=production where others can reach it."));
  } else if (config.ALLOW_SIMULATION || config.SIMULATION_MODE) {
    findings.push(
      look(
        "tokens",
        "?simulation=true lets anybody in, to the simulator",
        "Set SIMULATION_MODE and ALLOW_SIMULATION to false.",
      ),
    );
  }
  if (!hasTokenIssuer(config)) {
    findings.push(look("tokens", "no token can be valid", "Set JWT_SECRET or JWT_JWKS_URL."));
  }
  if (config.SERVICE_TOKEN === undefined) {
    findings.push(
      look("tokens", "no platform can create interviews", "Set SERVICE_TOKEN, or do without /api/sessions."),
    );
  }
  const secrets = [config.SERVICE_TOKEN, config.ADMIN_TOKEN, config.JWT_SECRET].filter(
    (secret) => secret !== undefined,
  );
  if (new Set(secrets).size < secrets.length) {
    const found = "two of SERVICE_TOKEN, ADMIN_TOKEN and JWT_SECRET are the same";
    findings.push(mend("tokens", found, "Give each a value of its own."));
  }
  return findings.length > 0 ? findings : [ok("tokens", "persons and the platform can sign in")];
};
