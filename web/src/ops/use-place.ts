import { useMemo, useSyncExternalStore } from "react";

export const VIEWS = ["running", "past", "health"] as const;
export type View = (typeof VIEWS)[number];

/** Where the page is, as its address says behind `#`, so that a place can be linked to and gone back from. */
export interface Place {
  readonly view: View;
  /** The session that was chosen there. */
  readonly sessionId?: string;
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => placeOf(hash), [hash]);
}

/** The link to a place. */
export function linkTo({ view, sessionId }: Place): string {
  return `#/${view}${sessionId === undefined ? "" : `/${encodeURIComponent(sessionId)}`}`;
}

export function goTo(place: Place): void {
  location.hash = linkTo(place);
}

export function placeOf(hash: string): Place {
  const [, name, sessionId = ""] = hash.split("/");
  const view = VIEWS.find((each) => each === name) ?? "running";
  return sessionId === "" || view === "health" ? { view } : { view, sessionId: decoded(sessionId) };
}

/** An address may have been typed by hand. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
