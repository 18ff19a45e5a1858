import type { ConnectionSettings } from "./connection-settings.ts";

/** The tab's, so that a reloaded page finds its interview again. */
const KEY = "connection-settings";

type KeptSettings = Pick<ConnectionSettings, "url" | "signalling">;

/** Keeps how the server was reached; never the access token. */
export function keepSettings({ url, signalling }: ConnectionSettings): void {
  try {
    sessionStorage.setItem(KEY, `${signalling} ${url}`);
  } catch {
    // Browsers that keep nothing do without.
  }
}

/** What was kept before the page was reloaded. */
export function keptSettings(): KeptSettings | undefined {
  const [signalling, url] = readKept().split(/ (.*)/);
  const isKnown = signalling === "websocket" || signalling === "http";
  return isKnown && url !== undefined ? { signalling, url } : undefined;
}

function readKept(): string {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
