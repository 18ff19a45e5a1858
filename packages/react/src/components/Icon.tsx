import type { ReactElement } from "react";

const PATHS = {
  microphone: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  muted:
    "M15 9.5V6a3 3 0 0 0-6-.5M9 11v1a3 3 0 0 0 4.5 2.6M6 11.5a6 6 0 0 0 10 4.5M18 11.5a6 6 0 0 1-.4 2.2M12 17.5V21M4 4l16 16",
  passed: "m5 12.5 4.5 4.5L19 7.5",
  warning: "M12 5v9M12 18.5v.5",
  failed: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  waiting: "M6 12h.01M12 12h.01M18 12h.01",
  running: "M12 4a8 8 0 1 1-8 8",
  skipped: "M6 12h12",
} as const;

/** For eyes only: the words beside it say the same. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): ReactElement {
  return (
    <svg className="interview-icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
