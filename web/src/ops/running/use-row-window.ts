import { type RefObject, useCallback, useLayoutEffect, useState } from "react";

/** Rows beyond what is in sight that are kept, so that scrolling shows no gap. */
const MARGIN_ROWS = 8;

/** What a row is taken to be high, in px, until one is measured. */
const GUESSED_ROW_PX = 52;

/** Which rows of a long list are worth having, from `first` to before `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
  readonly rowPx: number;
  /** To be called when the list is scrolled. */
  readonly look: () => void;
}

/** The rows in sight of a list that scrolls, all of the height of the first. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rowCount: number): RowWindow {
  const [{ first, end, rowPx }, setWindow] = useState({ first: 0, end: 4 * MARGIN_ROWS, rowPx: GUESSED_ROW_PX });
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    setWindow((before) => {
      const measured = element.querySelector<HTMLElement>("[data-row]")?.offsetHeight || before.rowPx;
      const step = (rows: number): number => Math.floor(rows / MARGIN_ROWS) * MARGIN_ROWS;
      const from = step(element.scrollTop / measured);
      const rowsInSight = Math.ceil((element.clientHeight || 4 * MARGIN_ROWS * measured) / measured);
      const next = {
        first: Math.max(0, from - MARGIN_ROWS),
        end: from + step(rowsInSight) + 3 * MARGIN_ROWS,
        rowPx: measured,
      };
      const isSame = next.first === before.first && next.end === before.end && next.rowPx === before.rowPx;
      return isSame ? before : next;
    });
  }, [scroller]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    // It tells at once, and again when the first rows come.
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller, look]);
  return { first: Math.min(first, rowCount), end: Math.min(end, rowCount), rowPx, look };
}
