import { sessionListSchema, type SessionSummary } from "@interview-proxy/protocol";
import type { Notice } from "@interview-proxy/react";
import { useCallback, useRef, useState } from "react";
import type { OperatorApi } from "../operator-api.ts";
import { wordsOf } from "../refusal-words.ts";

/** What past sessions are looked for by: the query of `GET /api/sessions`. */
export type PastQuery = Readonly<Partial<Record<"person" | "persona" | "endReason" | "from" | "to", string>>>;

/** What was found so far, newest first. */
export interface PastSearch {
  readonly sessions: readonly SessionSummary[];
  readonly isBusy: boolean;
  readonly problem: Notice | undefined;
  readonly find: (query: PastQuery) => Promise<void>;
  /** Finds the next ones; absent where there are none. */
  readonly more: (() => void) | undefined;
}

interface Found {
  readonly query: PastQuery;
  readonly sessions: readonly SessionSummary[];
  readonly cursor: string | null;
  readonly isBusy: boolean;
  readonly problem?: Notice;
}

export function usePastSearch(api: OperatorApi): PastSearch {
  const [found, setFound] = useState<Found>({ query: {}, sessions: [], cursor: null, isBusy: false });
  const newest = useRef(0);

  const ask = useCallback(
    async (query: PastQuery, before: Pick<Found, "sessions" | "cursor">): Promise<void> => {
      const own = ++newest.current;
      setFound({ query, ...before, isBusy: true });
      const cursor = before.cursor === null ? {} : { cursor: before.cursor };
      const parameters = new URLSearchParams({ status: "ended", ...query, ...cursor });
      let next: Found;
      try {
        const page = await api.get(`/api/sessions?${parameters}`, sessionListSchema);
        const sessions = [...before.sessions, ...page.sessions];
        next = { query, sessions, cursor: page.nextCursor, isBusy: false };
      } catch (error) {
        next = { query, ...before, isBusy: false, problem: wordsOf(error) };
      }
      // The answer to an earlier search may come after that to a later one.
      if (own === newest.current) setFound(next);
    },
    [api],
  );

  const find = useCallback((query: PastQuery) => ask(query, { sessions: [], cursor: null }), [ask]);
  const { query, sessions, cursor, isBusy, problem } = found;
  const more = cursor === null || isBusy ? undefined : () => void ask(query, found);
  return { sessions, isBusy, problem, find, more };
}
