import type { TurnRecord } from "../../records/turns.ts";
import type { Conversation, HistoryBounds, SaidBefore } from "../../upstreams/upstream.ts";

/** Of each of the questions before what is handed on word by word, in characters. */
const MAX_QUESTION_CHARACTERS = 200;

interface NextCall {
  readonly bounds: HistoryBounds;
  /** The number of the last turn of which its create could tell. */
  readonly toldUntil: number;
  /** Nobody noticed the end of the call before. */
  readonly isSeamless?: boolean;
}

/** What the interviewer has to know to go on in another call; `undefined` where nothing was said. */
export function conversationSoFar(turns: readonly TurnRecord[], nextCall: NextCall): Conversation | undefined {
  if (turns.length === 0) return undefined;
  const { bounds, toldUntil, isSeamless = false } = nextCall;
  const said = turns.flatMap((turn) => toSaid(turn, toldUntil));
  const firstVerbatim = firstWithin(said, bounds);
  const summary = summaryOf(said.slice(0, firstVerbatim), bounds);
  const isWhole = firstVerbatim === 0 && turns.every(({ status, text }) => status !== "gap" && text !== null);
  const last = turns.at(-1);
  const awaitsAnswer = isSeamless && last?.role === "interviewer" && last.status === "complete";
  return { said: said.slice(firstVerbatim), isWhole, awaitsAnswer, ...(summary !== "" && { summary }) };
}

function toSaid({ n, role, status, text, heardText }: TurnRecord, toldUntil: number): SaidBefore[] {
  const isLate = n > toldUntil;
  if (role === "candidate") return [{ speaker: role, text: text ?? "(The answer could not be made out.)", isLate }];
  // What was generated and never heard would be answered by nobody.
  const words = status === "interrupted" ? (heardText ?? text) : text;
  return role === "interviewer" && words ? [{ speaker: role, text: words, isLate }] : [];
}

function firstWithin(said: readonly SaidBefore[], { verbatim, utterances, sizeOf }: HistoryBounds): number {
  let left = verbatim;
  const index = said.findLastIndex(({ text }) => (left -= sizeOf(text)) < 0);
  return Math.max(index + 1, said.length - utterances);
}

/** The newest of the older questions, as many as there is room for. */
function summaryOf(older: readonly SaidBefore[], { summary, sizeOf }: HistoryBounds): string {
  const questions = older.flatMap(({ speaker, text }) =>
    speaker === "interviewer" ? [`- ${text.slice(0, MAX_QUESTION_CHARACTERS)}`] : [],
  );
  let left = summary;
  const index = questions.findLastIndex((question) => (left -= sizeOf(`${question}\n`)) < 0);
  return questions.slice(index + 1).join("\n");
}
