import type { CallReport } from "openai-voice-simulator";
import { type Said, saidAnewIn } from "../doors/said-by-simulator.ts";
import { faultOfAbsence } from "./comparison.ts";

/**
 * A turn takes more than 7 s here, and nobody may listen for a minute where nothing shows between one outage and the next:
 * 12 s out of reach, up to 10 s until it is tried again, a process that is killed meanwhile.
 */
const MOST_MISSED = 10;

/** What was said in a call until its session ended. */
export interface EndedCall {
  readonly said: readonly Said[];
  /** Of those, where the last ones are: those that were not over when the session was, and the last line of the interviewer. */
  readonly goingOn: readonly number[];
  readonly lastLine: number;
}

/**
 * What was said in a call until a time. Until `sureUntil` it was certainly the session's call: what was said later may be missing.
 * Both in epoch milliseconds.
 */
export function saidUntil(
  { api, events: all }: Pick<CallReport, "api" | "events">,
  until: number,
  sureUntil: number,
): EndedCall {
  const events = all.filter(({ at }) => at <= until);
  const times = (wanted: string): number => events.filter(({ type }) => type === wanted).length;
  const said = [...saidAnewIn({ api, events })];
  const isNew = said.length - saidAnewIn({ api, events: events.filter(({ at }) => at < sureUntil) }).length;
  const of = (role: string): number => said.filter(([whose]) => whose === role).length;
  const linesOver = times("call.interviewer_finished") + times("conversation.item.truncated");
  const goingOn = new Set(Array.from({ length: isNew }, (_, index) => said.length - 1 - index));
  const lastLine = said.findLastIndex(([role]) => role === "interviewer");
  if (of("interviewer") > linesOver) goingOn.add(lastLine);
  if (times("call.candidate_started") > of("candidate")) said.push(["candidate", "failed", null, null]);
  const lastAnswer = said.findLastIndex(([role]) => role === "candidate");
  if (said[lastAnswer]?.[1] === "failed") goingOn.add(lastAnswer);
  return { said, goingOn: [...goingOn], lastLine };
}

/** What is wrong with the transcript of a session whose calls these were; `undefined` where nothing is. */
export function faultOfEnded(calls: readonly EndedCall[], transcribed: readonly Said[]): string | undefined {
  const said = calls.flatMap((call) => call.said);
  if (said.length === 0 && transcribed.every(([, status]) => status === "gap")) return undefined;
  const lastOnes = new Map(
    calls.flatMap(({ said: turns, goingOn, lastLine }) =>
      turns.flatMap((turn, index): [Said, "over" | "going on"][] => {
        if (goingOn.includes(index)) return [[turn, "going on"]];
        return index === lastLine || mayHaveBeenCut(turn, transcribed) ? [[turn, "over"]] : [];
      }),
    ),
  );
  return faultOfAbsence({
    said,
    transcribed: withoutDoubleGaps(transcribed),
    cuts: [],
    lastOnes,
    mostMissed: MOST_MISSED,
  });
}

/** Of a line that was being heard when a long absence began it is not known whether it was heard to its end. */
function mayHaveBeenCut([, , text]: Said, transcribed: readonly Said[]): boolean {
  return transcribed.some(
    (turn, index) => turn[1] === "interrupted" && turn[2] === text && transcribed[index + 1]?.[1] === "gap",
  );
}

/** A gap of nobody in particular stands for those beside it too, in whichever order they are. */
function withoutDoubleGaps(transcribed: readonly Said[]): readonly Said[] {
  const isEmptyGap = (turn: Said | undefined): boolean => turn?.[1] === "gap" && turn[2] === null;
  const isOfNobody = (turn: Said | undefined): boolean => isEmptyGap(turn) && turn?.[0] === "unknown";
  return transcribed.filter(
    (turn, index) =>
      !isEmptyGap(turn) ||
      !(isOfNobody(transcribed[index - 1]) || (!isOfNobody(turn) && isOfNobody(transcribed[index + 1]))),
  );
}
