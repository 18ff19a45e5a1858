import { readCursor, toCursor } from "../../page-cursor.ts";

/** The last entry of a page, behind which the next one begins. */
interface Place {
  readonly createdAt: number;
  readonly id: string;
}

/** A page of a list, newest first, and the cursor of the next one; `null` where there is none. */
interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly nextCursor: string | null;
}

/** Reads a page. Throws INVALID_MESSAGE for a cursor that is none. */
export async function readPage<Entry extends Place>(
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  read: (after: Place | undefined, limit: number) => Promise<readonly Entry[]>,
): Promise<Page<Entry>> {
  const end = cursor === undefined ? undefined : readCursor(cursor);
  // One more than the page has, to know whether there is another.
  const found = await read(end && { createdAt: end.time, id: end.id }, limit + 1);
  const entries = found.slice(0, limit);
  const last = found.length > limit ? entries.at(-1) : undefined;
  return { entries, nextCursor: last === undefined ? null : toCursor({ time: last.createdAt, id: last.id }) };
}
