import type { BrowserEnvironment } from "./environment.ts";
import type { HeldSession } from "./signalling/signalling.ts";

/** The credential of a running interview, kept by the tab so that a reload does not end it. */
export interface KeptSession {
  read(): HeldSession | undefined;
  keep(session: HeldSession): void;
  forget(): void;
}

/** An id and a token, neither of which has spaces. */
const KEPT = /^(\S+) (\S+)$/;

/**
 * Keeps one interview for each server. Session storage is the tab's own: it survives a reload, ends with the tab, and is
 * copied where the tab is duplicated, whereupon the server lets the newer copy take over.
 */
export function createKeptSession(
  url: string,
  { sessionStorage }: Pick<BrowserEnvironment, "sessionStorage">,
): KeptSession {
  const key = keyOf(url);
  return {
    read() {
      const [, sessionId, resumeToken] = KEPT.exec(sessionStorage()?.getItem(key) ?? "") ?? [];
      return sessionId === undefined || resumeToken === undefined ? undefined : { sessionId, resumeToken };
    },
    keep({ sessionId, resumeToken }) {
      try {
        sessionStorage()?.setItem(key, `${sessionId} ${resumeToken}`);
      } catch {
        // A storage that is full keeps nothing, and an older token would be refused.
        this.forget();
      }
    },
    forget() {
      sessionStorage()?.removeItem(key);
    },
  };
}

/** Without the query, where a ticket may be. */
function keyOf(url: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: "", pathname: "" };
  return `interview-session ${host}${pathname}`;
}
