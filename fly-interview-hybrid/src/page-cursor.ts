import { invalidField } from "./errors.ts";

/** The last entry of a page: its time, in milliseconds since the epoch, and its id. */
export interface PageEnd {
  readonly time: number;
  readonly id: string;
}

/** The cursor of the page behind an entry; what is in it is nobody's business. */
export function toCursor({ time, id }: PageEnd): string {
  return Buffer.from(`${time} ${id}`).toString("base64url");
}

/** Throws INVALID_MESSAGE for text that is no cursor. */
export function readCursor(cursor: string): PageEnd {
  const [, time, id] = /^(\d{1,15}) (\S+)$/.exec(Buffer.from(cursor, "base64url").toString("utf8")) ?? [];
  if (time === undefined || id === undefined) throw invalidField("cursor");
  return { time: Number(time), id };
}
