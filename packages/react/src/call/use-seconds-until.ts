import { useCallback, useSyncExternalStore } from "react";

/**
 * Whole seconds, rounded up, until `endsAt` on the clock `now`; 0 from then on, and `undefined` without an `endsAt`. Renders again
 * when the number changes, and not in between. A page in the background, whose timers are slowed down, is right again with
 * its next tick.
 */
export function useSecondsUntil(endsAt: number | undefined, now: () => number): number | undefined {
  const subscribe = useCallback(
    (onTick: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const waitForNextSecond = () => {
        const left = (endsAt ?? 0) - now();
        if (endsAt === undefined || left <= 0) return;
        timer = setTimeout(
          () => {
            onTick();
            waitForNextSecond();
          },
          Math.ceil(left % 1000) || 1000,
        );
      };
      waitForNextSecond();
      return () => clearTimeout(timer);
    },
    [endsAt, now],
  );
  const secondsLeft = () => (endsAt === undefined ? undefined : Math.max(0, Math.ceil((endsAt - now()) / 1000)));
  return useSyncExternalStore(subscribe, secondsLeft, secondsLeft);
}
