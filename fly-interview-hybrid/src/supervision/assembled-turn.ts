import type { TurnStatus } from "@interview-proxy/protocol";
import type { Speaker } from "../upstreams/call-event.ts";

/** One utterance of a call, final. Times are milliseconds since the epoch on the proxy's clock. */
export interface AssembledTurn {
  /** The provider's id of its item; for a gap between items a name that no provider gives. */
  readonly itemId: string;
  /** `null` for a gap of which it is not known who spoke. */
  readonly speaker: Speaker | null;
  /** What was said or, by the interviewer, generated. `null`: unknown. */
  readonly text: string | null;
  /** What the candidate heard of the interviewer's words. `null`: unknown, and always for the candidate's own. */
  readonly heardText: string | null;
  readonly status: TurnStatus;
  /** How much was heard of what was cut off, in milliseconds of speech. `null`: unknown, or not cut off. */
  readonly heardMs: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** True where its place, or where it begins and ends, was not told by the provider and follows from what stands around it. */
  readonly inferred: boolean;
  /** True for what the candidate has typed. */
  readonly typed: boolean;
}
