import { useEffect, useEffectEvent, useRef, useState } from "react";

/**
 * Something of the component's own, made with its first render and let go when it is really gone: strict mode, which takes each
 * component away and brings it back at once, does not count. A component that comes back later gets another one.
 */
export function useOwned<T>(make: () => T, letGo: (owned: T) => void): T {
  const [owned, setOwned] = useState(make);
  const stage = useRef<"here" | "away" | "gone">("away");
  const replace = useEffectEvent(() => setOwned(make()));
  const release = useEffectEvent(letGo);
  useEffect(() => {
    const wasGone = stage.current === "gone";
    stage.current = "here";
    if (wasGone) replace();
    return () => {
      stage.current = "away";
      queueMicrotask(() => {
        if (stage.current === "here") return;
        stage.current = "gone";
        release(owned);
      });
    };
  }, [owned]);
  return owned;
}
