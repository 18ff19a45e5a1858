import { Readable } from "node:stream";
import type { Heard } from "../../sessions/follow-session.ts";
import type { SessionEvent } from "../../sessions/session.ts";

/** A reader that does not read is dropped when so many bytes wait for it, beside what it had missed before. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** One reader's server-sent events (HTML standard, section 9.2). */
export class EventStream {
  readonly body: Readable = new Readable({ read: () => undefined });
  #mayWait = Number.POSITIVE_INFINITY;
  #isEnded = false;

  constructor() {
    // At once, so that the reader gets its headers.
    this.beat();
  }

  /** From now on the reader must keep up. */
  beginToCount(): void {
    this.#mayWait = this.body.readableLength + MAX_UNREAD_BYTES;
  }

  /** Numbered events carry an id, with which `Last-Event-ID` comes back. */
  write(event: SessionEvent, heard: Heard | undefined): void {
    this.#push(`${heard === undefined ? "" : `id: ${toEventId(heard)}\n`}data: ${JSON.stringify(event)}\n\n`);
  }

  /** An event of a name; `data`: JSON. */
  tell(name: string, data: string): void {
    this.#push(`event: ${name}\ndata: ${data}\n\n`);
  }

  /** A comment, which keeps proxies on the way from closing a quiet connection. */
  beat(): void {
    this.#push(":\n\n");
  }

  /** The reader still gets what was written. */
  end(): void {
    if (this.#isEnded || this.body.destroyed) return;
    this.#isEnded = true;
    this.body.push(null);
  }

  #push(text: string): void {
    if (this.#isEnded || this.body.destroyed) return;
    if (this.body.readableLength > this.#mayWait) this.body.destroy();
    else this.body.push(text);
  }
}

/** How far somebody is whose last event had this id, or this `seq`; `undefined` where it is neither. */
export function readEventId(id: string): Heard | undefined {
  const [, seq, turn = "0"] = /^(\d{1,15})(?:-(\d{1,9}|end))?$/.exec(id) ?? [];
  if (seq === undefined) return undefined;
  const toTheEnd = turn === "end";
  return { seq: Number(seq), turn: toTheEnd ? 0 : Number(turn), toTheEnd };
}

function toEventId({ seq, turn, toTheEnd }: Heard): string {
  return `${seq}-${toTheEnd ? "end" : turn}`;
}
