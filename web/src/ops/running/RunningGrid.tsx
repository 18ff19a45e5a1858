import type { RunningSession } from "@interview-proxy/protocol";
import { type KeyboardEvent, type ReactElement, useCallback, useLayoutEffect, useRef, useState } from "react";
import { secondsLeft } from "../board.ts";
import { duration } from "../figures.ts";
import { type Order, SORT_KEYS, type SortKey } from "./find-running.ts";
import { type CurrentRow, RunningRow } from "./RunningRow.tsx";
import { useNow } from "./use-now.ts";
import { useRowWindow } from "./use-row-window.ts";

interface RunningGridProps {
  readonly found: readonly RunningSession[];
  readonly order: Order;
  readonly chosen: string | undefined;
  readonly clockOffsetMs: number;
  readonly onOrder: (order: Order) => void;
  readonly onChoose: (sessionId: string) => void;
}

/** Rows that a press of a page key goes on by. */
const PAGE_ROWS = 10;

/**
 * Running sessions, of which only those near what is in sight are in the document. One row can be reached by Tab, the others from
 * there by arrow keys; the row that has the focus stays, wherever it is scrolled or sorted to.
 */
export function RunningGrid({
  found,
  order,
  chosen,
  clockOffsetMs,
  onOrder,
  onChoose,
}: RunningGridProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const { first, end, rowPx, look } = useRowWindow(scroller, found.length);
  const [current, setCurrent] = useState<CurrentRow>({ sessionId: chosen, index: 0 });
  const hasFocus = useRef(false);
  const isMoving = useRef(false);
  const now = useNow() + clockOffsetMs;

  const foundAt = found.findIndex(({ sessionId }) => sessionId === current.sessionId);
  const currentIndex = foundAt >= 0 ? foundAt : Math.max(0, Math.min(current.index, found.length - 1));
  useLayoutEffect(() => {
    // A row that is gone takes the focus with it, and no event tells so.
    const isLost = hasFocus.current && document.activeElement === document.body;
    if (!isMoving.current && !isLost) return;
    isMoving.current = false;
    focusCurrentRow(scroller.current);
  });

  const wasChosen = useRef(chosen);
  useLayoutEffect(() => {
    // Whoever closes a session goes on where it was chosen.
    if (wasChosen.current !== undefined && chosen === undefined) focusCurrentRow(scroller.current);
    wasChosen.current = chosen;
  }, [chosen]);

  const onFocus = useCallback((row: CurrentRow) => {
    hasFocus.current = true;
    setCurrent(row);
  }, []);
  const onBlur = useCallback(() => {
    hasFocus.current = false;
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = stepsOf(event.key, found.length);
    if (steps === undefined || !(event.target as Element).closest("[data-row]")) return;
    event.preventDefault();
    const index = Math.min(Math.max(0, currentIndex + steps), found.length - 1);
    isMoving.current = true;
    setCurrent({ sessionId: found[index]?.sessionId, index });
  };

  const inSight = Array.from({ length: end - first }, (_, place) => first + place);
  const shown = currentIndex < first ? [currentIndex, ...inSight] : inSight;
  if (currentIndex >= end && found.length > 0) shown.push(currentIndex);
  return (
    <div ref={scroller} className="ops-grid" onScroll={look}>
      <div role="grid" aria-label="Running interviews" aria-rowcount={found.length + 1} onKeyDown={onKeyDown}>
        <div role="rowgroup" className="ops-grid-head">
          <div role="row" aria-rowindex={1}>
            {SORT_KEYS.map((key) => (
              <ColumnHeader key={key} column={key} order={order} onOrder={onOrder} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="ops-grid-body" style={{ blockSize: found.length * rowPx }}>
          {shown.map((index) => {
            const session = found[index];
            return (
              session && (
                <RunningRow
                  key={session.sessionId}
                  session={session}
                  index={index}
                  rowPx={rowPx}
                  left={duration(secondsLeft(session, now))}
                  isCurrent={index === currentIndex}
                  isChosen={session.sessionId === chosen}
                  onFocus={onFocus}
                  onBlur={onBlur}
                  onChoose={onChoose}
                />
              )
            );
          })}
        </div>
      </div>
      {found.length === 0 && <p className="ops-empty">None of those that run is like this. Change what to find.</p>}
    </div>
  );
}

const HEADERS: Readonly<Record<SortKey, string>> = {
  person: "Person",
  state: "State",
  left: "Time left",
  quality: "Connection",
  cost: "Cost",
  violations: "Violations",
};

/** What one wants to see first of a column: the most of costs and violations, the least or the worst of the others. */
const BEGINS_DESCENDING: ReadonlySet<SortKey> = new Set(["cost", "violations"]);

interface ColumnHeaderProps extends Pick<RunningGridProps, "order" | "onOrder"> {
  readonly column: SortKey;
}

function ColumnHeader({ column, order, onOrder }: ColumnHeaderProps): ReactElement {
  const isSorted = order.by === column;
  const direction = order.isDescending ? "descending" : "ascending";
  return (
    <div role="columnheader" aria-sort={isSorted ? direction : "none"}>
      <button
        type="button"
        onClick={() =>
          onOrder({ by: column, isDescending: isSorted ? !order.isDescending : BEGINS_DESCENDING.has(column) })
        }
      >
        {HEADERS[column]}
        <span aria-hidden="true">{isSorted && (order.isDescending ? "▾" : "▴")}</span>
      </button>
    </div>
  );
}

function focusCurrentRow(grid: HTMLElement | null): void {
  const button = grid?.querySelector<HTMLElement>('[data-row] button[tabindex="0"]');
  button?.focus({ preventScroll: true });
  button?.closest("[data-row]")?.scrollIntoView({ block: "nearest" });
}

/** How far a key leads, in rows. */
function stepsOf(key: string, rows: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE_ROWS,
    PageUp: -PAGE_ROWS,
    Home: -rows,
    End: rows,
  };
  return steps[key];
}
