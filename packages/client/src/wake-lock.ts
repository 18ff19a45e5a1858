import type { BrowserEnvironment } from "./environment.ts";

/** Keeps the screen from going dark, whereupon phones stop the page and its microphone. */
export function keepAwake(
  environment: Pick<BrowserEnvironment, "wakeLock" | "page" | "isPageVisible">,
  signal: AbortSignal,
): void {
  let lock: WakeLockSentinel | undefined;
  let isAsking = false;
  const release = () => void lock?.release().catch(() => {});
  const acquire = async () => {
    // Browsers give it only to a page that is seen, and take it away when the page is hidden.
    if (isAsking || lock?.released === false || !environment.isPageVisible()) return;
    isAsking = true;
    // Refused where the battery is low: nothing to trouble the person with.
    lock = await environment
      .wakeLock()
      ?.request("screen")
      .catch(() => undefined);
    isAsking = false;
    if (signal.aborted) release();
  };
  environment.page.addEventListener("visibilitychange", () => void acquire(), { signal, capture: true });
  signal.addEventListener("abort", release);
  void acquire();
}
