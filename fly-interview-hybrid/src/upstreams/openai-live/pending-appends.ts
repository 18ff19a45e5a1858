/** What the interviewer is told: instructions may make it speak, and cut off what it says; thinking does neither. */
export type AppendKind = "instructions" | "thinking";

interface Pending {
  readonly id: string;
  readonly kind: AppendKind;
  readonly onTaken: ((startMs: number) => void) | undefined;
}

/** While the timeline of a call stands, nothing is acknowledged; more than this is forgotten. */
const MAX_PENDING = 100;

/** What was sent to be told to the interviewer, and is not acknowledged. */
export class PendingAppends {
  readonly #pending = new Map<string, Pending>();
  #count = 0;

  /** Returns the name under which it is to be sent. */
  add(kind: AppendKind, onTaken?: (startMs: number) => void): string {
    const id = `proxy_${++this.#count}`;
    this.#pending.set(id, { id, kind, onTaken });
    const [oldest = ""] = this.#pending.keys();
    if (this.#pending.size > MAX_PENDING) this.#pending.delete(oldest);
    return id;
  }

  /** It was taken, at this time of the timeline. Azure does not say which one: then it is the oldest of its kind. */
  taken(kind: AppendKind, id: string | undefined, startMs: number): void {
    const first = [...this.#pending.values()].find((pending) => pending.kind === kind);
    const pending = id === undefined ? first : this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(pending.id);
    pending.onTaken?.(startMs);
  }

  /** True where what was refused was ours. */
  refused(id: string): boolean {
    return this.#pending.delete(id);
  }
}
