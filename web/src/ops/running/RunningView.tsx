import { useReadable } from "@interview-proxy/react";
import { type ReactElement, useCallback, useDeferredValue, useMemo, useState } from "react";
import type { LiveBoard } from "../live-board.ts";
import type { OperatorApi } from "../operator-api.ts";
import { goTo } from "../use-place.ts";
import { type Filter, findRunning, type Order } from "./find-running.ts";
import { RunningFigures } from "./RunningFigures.tsx";
import { RunningFilter } from "./RunningFilter.tsx";
import { RunningGrid } from "./RunningGrid.tsx";
import { SessionPanel } from "./SessionPanel.tsx";

interface RunningViewProps {
  readonly api: OperatorApi;
  readonly board: LiveBoard;
  /** The session that is looked at. */
  readonly chosen: string | undefined;
  readonly canOperate: boolean;
}

/** What runs at the moment, and one of it from near. */
export function RunningView({ api, board, chosen, canOperate }: RunningViewProps): ReactElement {
  const { line, sessions, hasMore, clockOffsetMs, serverTimeMs, overview } = useReadable(board);
  const [filter, setFilter] = useState<Filter>({ text: "", show: "all" });
  const [order, setOrder] = useState<Order>({ by: "left", isDescending: false });
  // The field follows the keys at once, the list when there is time.
  const calmFilter = useDeferredValue(filter);
  const found = useMemo(
    () => findRunning(sessions.values(), calmFilter, order, serverTimeMs),
    [sessions, calmFilter, order, serverTimeMs],
  );
  const choose = useCallback((sessionId: string) => goTo({ view: "running", sessionId }), []);
  return (
    <div className="ops-running" data-chosen={chosen !== undefined}>
      <section className="ops-list" aria-label="Running interviews">
        <RunningFigures sessions={sessions} limit={overview?.tenant.running} hasMore={hasMore} />
        <RunningFilter filter={filter} found={found.length} of={sessions.size} onChange={setFilter} />
        {sessions.size === 0 ? (
          <p className="ops-empty">{line === "live" ? "No interview runs at the moment." : "Looking for what runs…"}</p>
        ) : (
          <RunningGrid
            found={found}
            order={order}
            chosen={chosen}
            clockOffsetMs={clockOffsetMs}
            onOrder={setOrder}
            onChoose={choose}
          />
        )}
      </section>
      {chosen !== undefined && (
        <SessionPanel
          key={chosen}
          api={api}
          sessionId={chosen}
          session={sessions.get(chosen)}
          line={line}
          clockOffsetMs={clockOffsetMs}
          canOperate={canOperate}
        />
      )}
    </div>
  );
}
