/**
 * What is noted of a session beside its transcript. `note`: the interviewer's own, private, with text; the others say what
 * a page tried in open mode: `drift`: it changed the configuration, `injected`: it spoke as the system, and `corrected`:
 * it configured the call while connecting, as official clients do.
 */
export type MarkKind = "note" | "drift" | "injected" | "corrected";

/** One such note. */
export interface Mark {
  readonly id: string;
  readonly sessionId: string;
  readonly callId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: MarkKind;
  readonly text: string | null;
}
