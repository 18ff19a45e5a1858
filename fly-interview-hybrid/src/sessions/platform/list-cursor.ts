import { invalidField } from "../../errors.ts";

/** The last entry of a page, behind which the next one begins. */
interface Place {
  readonly createdAt: number;
  readonly id: string;
}

/** A page of a list, newest first, and the cursor of the next one; `null` where there is none. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly nextCursor: string | null;
}

/** Reads a page. Throws INVALID_MESSAGE for a cursor that is none. */
export async function readPage<Entry extends Place>(
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  read: (after: Place | undefined, limit: number) => Promise<readonly Entry[]>,
): Promise<Page<Entry>> {
  // One more than the page has, to know whether there is another.
  const found = await read(cursor === undefined ? undefined : readCursor(cursor), limit + 1);
  const entries = found.slice(0, limit);
  const last = found.length > limit ? entries.at(-1) : undefined;
  return { entries, nextCursor: last === undefined ? null : toCursor(last) };
}

function toCursor({ createdAt, id }: Place): string {
  return Buffer.from(`${createdAt} ${id}`).toString("base64url");
}

function readCursor(cursor: string): Place {
  const [, createdAt, id] = /^(\d{1,15}) (\S+)$/.exec(Buffer.from(cursor, "base64url").toString("utf8")) ?? [];
  if (createdAt === undefined || id === undefined) throw invalidField("cursor");
  return { createdAt: Number(createdAt), id };
}
