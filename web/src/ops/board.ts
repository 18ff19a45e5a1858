import type { OperatorEvent, OperatorEventOf, RunningSession } from "@interview-proxy/protocol";

/** How the page hears of what happens. `lost`: what it shows may be old. */
export type Line = "connecting" | "live" | "lost";

/** Everything that is known of what runs. Immutable; a session that did not change stays the same object. */
export interface Board {
  readonly line: Line;
  readonly sessions: ReadonlyMap<string, RunningSession>;
  /** More run than are listed. */
  readonly hasMore: boolean;
  /** What time it was at the server when it told something last, in milliseconds since the epoch. */
  readonly serverTimeMs: number;
  /** The server's clock less this page's, in ms. */
  readonly clockOffsetMs: number;
  /** Absent until it is told. */
  readonly overview?: OperatorEventOf<"overview">;
}

export const EMPTY_BOARD: Board = {
  line: "connecting",
  sessions: new Map(),
  hasMore: false,
  serverTimeMs: 0,
  clockOffsetMs: 0,
};

/** Takes an event of the server's stream. `now`: milliseconds since the epoch, by this page's clock. */
export function withEvent(board: Board, event: OperatorEvent, now: number): Board {
  const serverTimeMs = Date.parse(event.at);
  const heard = { ...board, serverTimeMs, clockOffsetMs: serverTimeMs - now };
  if (event.type === "overview") return { ...heard, overview: event };
  if (event.type === "changes") return { ...heard, hasMore: event.more, sessions: withChanges(board.sessions, event) };
  return { ...heard, line: "live", hasMore: event.more, sessions: byId(event.sessions) };
}

/** What a session has left, in seconds; `now`: milliseconds since the epoch, by the server's clock. */
export function secondsLeft({ deadline, remainingSeconds }: RunningSession, now: number): number {
  return deadline === null ? (remainingSeconds ?? 0) : (Date.parse(deadline) - now) / 1000;
}

function byId(sessions: readonly RunningSession[]): ReadonlyMap<string, RunningSession> {
  return new Map(sessions.map((session) => [session.sessionId, session]));
}

function withChanges(
  before: ReadonlyMap<string, RunningSession>,
  { changed, gone }: OperatorEventOf<"changes">,
): ReadonlyMap<string, RunningSession> {
  const sessions = new Map(before);
  for (const id of gone) sessions.delete(id);
  for (const session of changed) sessions.set(session.sessionId, session);
  return sessions;
}
