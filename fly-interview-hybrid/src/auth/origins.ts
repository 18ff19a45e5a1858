import type { Config } from "../config/config.ts";

/** Says whether a page of this origin may talk to the server that was addressed as `host`. */
export type IsOriginAllowed = (origin: string | undefined, host: string | undefined) => boolean;

/**
 * A request without `Origin` comes from no page and is judged by its token alone. The server's own page is always
 * allowed. Any other page must be in ALLOWED_ORIGINS.
 */
export function createOriginCheck(config: Config): IsOriginAllowed {
  const allowed = config.ALLOWED_ORIGINS ?? (config.NODE_ENV === "production" ? [] : ["http://localhost:*"]);
  const patterns = allowed.map(toPattern);
  return (origin, host) => {
    if (origin === undefined) return true;
    if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return true;
    return patterns.some((pattern) => pattern.test(origin));
  };
}

/** `*` stands for one port or one label of a host name, and never crosses a dot, a colon or a slash. */
function toPattern(origin: string): RegExp {
  const escaped = origin.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^./:]+");
  return new RegExp(`^${escaped}$`);
}
