import type { BrowserEnvironment } from "./environment.ts";
import type { EventLog } from "./event-log.ts";

interface PageLifeOptions {
  readonly environment: Pick<BrowserEnvironment, "page" | "isPageVisible">;
  readonly log: EventLog;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** The page goes away, and may be kept to be shown again. */
  readonly onLeave: () => void;
  /** The page is seen or runs again. Meanwhile its timers, sockets and sound may have stood still. */
  readonly onBack: () => void;
}

/** Follows a page that is left, hidden, frozen and woken (W3C Page Lifecycle). */
export function watchPageLife({ environment, log, signal, onLeave, onBack }: PageLifeOptions): void {
  const { page, isPageVisible } = environment;
  // What is told to the document does not always bubble to the window, but is always captured there.
  const on = (type: string, listener: () => void) => page.addEventListener(type, listener, { signal, capture: true });
  const note = (what: string) => log.add("local", "page", what);
  on("pagehide", onLeave);
  // There is nothing to save: the tab has kept the session since its first answer, in case the page is discarded.
  on("freeze", () => note("frozen"));
  on("resume", () => {
    note("resumed");
    onBack();
  });
  on("visibilitychange", () => {
    note(isPageVisible() ? "visible" : "hidden");
    if (isPageVisible()) onBack();
  });
}
