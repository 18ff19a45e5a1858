import type { Config } from "../../config/config.ts";
import { type Check, type Finding, mend, ok, reasonOf } from "../finding.ts";

/** Settings that name a host, which has to have an address. */
const ADDRESSES = ["OPENAI_BASE_URL", "JWT_JWKS_URL", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"] as const;

export const checkNames: Check = async ({ config, lookup }) => {
  const named = [
    ...ADDRESSES.map((setting) => [setting, hostOf(addressIn(config, setting))] as const),
    ...(config.WEBHOOK_URLS ?? []).map((url) => ["WEBHOOK_URLS", hostOf(url)] as const),
  ];
  const findings = await Promise.all(
    named.map(async ([setting, host]): Promise<Finding | undefined> => {
      if (host === undefined) return undefined;
      try {
        await lookup(host);
        return undefined;
      } catch (error) {
        return mend(
          "dns",
          `the host of ${setting} has no address (${reasonOf(error)})`,
          `Mend ${setting}, or this machine's DNS.`,
        );
      }
    }),
  );
  const faults = findings.filter((finding) => finding !== undefined);
  return faults.length > 0 ? faults : [ok("dns", "every host that the settings name has an address")];
};

function addressIn(config: Config, setting: (typeof ADDRESSES)[number]): string | undefined {
  return setting === "OPENAI_BASE_URL" && config.SIMULATION_MODE ? undefined : config[setting];
}

/** A Postgres that is reached by a socket file has no host. */
function hostOf(address: string | undefined): string | undefined {
  const host = address !== undefined && URL.canParse(address) ? new URL(address).hostname : "";
  return host === "" ? undefined : host.replace(/^\[(.*)\]$/, "$1");
}
