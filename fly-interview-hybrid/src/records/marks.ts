/**
 * What is noted of a session beside its transcript. `note`: by the interviewer, private, with text. The others say what a
 * page did in open mode: `drift`: it changed the interviewer; `injected`, `removed`: it put words into the conversation that
 * instruct the interviewer, or took ours out; `unexplained_response`: it had the interviewer speak though nobody had spoken.
 */
export type MarkKind = "note" | "drift" | "injected" | "removed" | "unexplained_response";

/** One such note. */
export interface Mark {
  readonly id: string;
  readonly sessionId: string;
  readonly callId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: MarkKind;
  readonly text: string | null;
  /** Whether what a page did counts towards the end of its session; `null` for a note. */
  readonly counted: boolean | null;
}
