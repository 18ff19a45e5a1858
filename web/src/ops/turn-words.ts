import type { TurnRole, TurnStatus } from "@interview-proxy/protocol";

export const SPEAKERS: Readonly<Record<TurnRole, string>> = {
  candidate: "Candidate",
  interviewer: "Interviewer",
  unknown: "Somebody",
};

interface SpokenTurn {
  readonly text: string | null;
  readonly status?: TurnStatus | undefined;
  readonly typed?: boolean | undefined;
  /** Milliseconds of an interrupted turn that were heard. */
  readonly heardMs?: number | null | undefined;
}

/** What is to be known of a turn beside its words. */
export function remarkOn({ text, status, typed, heardMs }: SpokenTurn): string | undefined {
  if (typed === true) return "typed";
  if (status === "interrupted")
    return typeof heardMs === "number" ? `interrupted after ${(heardMs / 1000).toFixed(1)} s` : "interrupted";
  if (status === "failed") return "could not be written down";
  if (status === "gap") return text === null || text === "" ? "something may be missing here" : "incomplete";
  return undefined;
}
