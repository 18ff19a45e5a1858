import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import type { CallCreation, CreatedCall } from "../../upstreams/upstream.ts";

export type Patience = Pick<Config, "UPSTREAM_FIRST_BYTE_TIMEOUT_MS" | "UPSTREAM_TOTAL_TIMEOUT_MS">;

/**
 * Waits for a create as long as a client should. Throws UPSTREAM_TIMEOUT, SESSION_ENDED when one of `signals` is aborted, or
 * what the create failed with. Giving up leaves the create itself alone: whoever calls this must see it to its end.
 */
export function waitForCall(
  creation: CallCreation,
  patience: Patience,
  signals: readonly AbortSignal[],
  clock: Clock,
): Promise<CreatedCall> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => settle(() => reject(new ProxyError("UPSTREAM_TIMEOUT")));
    const leave = (): void => settle(() => reject(new ProxyError("SESSION_ENDED")));
    const cancelFirstByte = clock.after(patience.UPSTREAM_FIRST_BYTE_TIMEOUT_MS, giveUp);
    const cancelTotal = clock.after(patience.UPSTREAM_TOTAL_TIMEOUT_MS, giveUp);
    const settle = (outcome: () => void): void => {
      cancelFirstByte();
      cancelTotal();
      for (const signal of signals) signal.removeEventListener("abort", leave);
      outcome();
    };
    for (const signal of signals) signal.addEventListener("abort", leave, { once: true });
    if (isAnyAborted(signals)) leave();
    void creation.answerBegun.then(cancelFirstByte);
    creation.call.then(
      (call) => settle(() => resolve(call)),
      (error: unknown) =>
        settle(() => reject(error instanceof Error ? error : new ProxyError("INTERNAL", { cause: error }))),
    );
  });
}

/** Whoever looks at several signals for a moment is spared a signal that is made of them, which costs more than the looking. */
export function isAnyAborted(signals: readonly AbortSignal[]): boolean {
  return signals.some(({ aborted }) => aborted);
}
