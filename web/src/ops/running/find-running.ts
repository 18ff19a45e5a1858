import type { RunningSession } from "@interview-proxy/protocol";
import { secondsLeft } from "../board.ts";

/** What is looked for among the running sessions. */
export interface Filter {
  /** Part of a person, persona, voice service or name of a session. */
  readonly text: string;
  readonly show: "all" | "weak" | "violations" | "not-live";
}

export const SORT_KEYS = ["person", "state", "left", "quality", "cost", "violations"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Order {
  readonly by: SortKey;
  readonly isDescending: boolean;
}

/** The worst first, where it ascends. */
const QUALITIES: readonly RunningSession["quality"][] = ["lost", "poor", null, "good"];

const { compare: compareWords } = new Intl.Collator("en", { numeric: true });

const COMPARE: Readonly<Record<SortKey, (a: RunningSession, b: RunningSession, now: number) => number>> = {
  person: (a, b) => compareWords(a.person, b.person),
  state: (a, b) => compareWords(a.state, b.state),
  left: (a, b, now) => secondsLeft(a, now) - secondsLeft(b, now),
  quality: (a, b) => QUALITIES.indexOf(a.quality) - QUALITIES.indexOf(b.quality),
  cost: (a, b) => (a.money ?? 0) - (b.money ?? 0),
  violations: (a, b) => (a.violations ?? 0) - (b.violations ?? 0),
};

const SHOWN: Readonly<Record<Filter["show"], (session: RunningSession) => boolean>> = {
  all: () => true,
  weak: ({ quality }) => quality === "poor" || quality === "lost",
  violations: ({ violations }) => (violations ?? 0) > 0,
  "not-live": ({ state }) => state !== "live",
};

/**
 * The sessions that are looked for, in order; where that leaves two alike, by their names, so that rows do not change places.
 * `now`: milliseconds since the epoch, by the server's clock.
 */
export function findRunning(
  sessions: Iterable<RunningSession>,
  { text, show }: Filter,
  { by, isDescending }: Order,
  now: number,
): readonly RunningSession[] {
  const wanted = text.trim().toLowerCase();
  const isWanted = (session: RunningSession): boolean =>
    SHOWN[show](session) &&
    [session.person, session.persona, session.upstream ?? "", session.sessionId].some((each) =>
      each.toLowerCase().includes(wanted),
    );
  const sign = isDescending ? -1 : 1;
  const inOrder = (a: RunningSession, b: RunningSession): number =>
    sign * COMPARE[by](a, b, now) || compareWords(a.sessionId, b.sessionId);
  return [...sessions].filter(isWanted).toSorted(inOrder);
}
