import { useCallback, useSyncExternalStore } from "react";

/**
 * Whole seconds, rounded up, until `endsAt` on the clock `now`; 0 from then on. Renders again when the number changes, and
 * not in between. A page in the background, whose timers are slowed down, is right again with its next tick.
 */
export function useSecondsUntil(endsAt: number, now: () => number): number {
  const subscribe = useCallback(
    (onTick: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const waitForNextSecond = () => {
        const left = endsAt - now();
        if (left <= 0) return;
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
  const secondsLeft = () => Math.max(0, Math.ceil((endsAt - now()) / 1000));
  return useSyncExternalStore(subscribe, secondsLeft, secondsLeft);
}
