import type { ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useConnectionQuality } from "../call/use-connection-quality.ts";

/**
 * How good the line is, in a word; nothing while that is unknown. Read out when it changes. Style
 * `.connection-badge[data-quality]`.
 */
export function ConnectionBadge(): ReactElement {
  const messages = useMessages();
  const quality = useConnectionQuality();
  return (
    <p className="connection-badge" aria-live="polite" data-quality={quality}>
      {quality !== "unknown" && messages.quality[quality]}
    </p>
  );
}
