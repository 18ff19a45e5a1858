import type { TurnRecord } from "../../records/turns.ts";
import type { Conversation, SaidBefore } from "../../upstreams/upstream.ts";

/** So much of what was said last is handed on word by word, in characters: some ten minutes of talk. */
const MAX_VERBATIM_CHARACTERS = 12_000;

/** So much of the questions before that, in characters, and of each. */
const MAX_SUMMARY_CHARACTERS = 4000;
const MAX_QUESTION_CHARACTERS = 200;

/**
 * What the interviewer has to know to go on in another call; `undefined` where nothing was said. `isSeamless`: nobody
 * noticed the end of the call before.
 */
export function conversationSoFar(turns: readonly TurnRecord[], isSeamless = false): Conversation | undefined {
  if (turns.length === 0) return undefined;
  const said = turns.flatMap(toSaid);
  const firstVerbatim = firstWithin(said, MAX_VERBATIM_CHARACTERS);
  const summary = summaryOf(said.slice(0, firstVerbatim));
  const isWhole = firstVerbatim === 0 && turns.every(({ status, text }) => status !== "gap" && text !== null);
  const last = turns.at(-1);
  const awaitsAnswer = isSeamless && last?.role === "interviewer" && last.status === "complete";
  return { said: said.slice(firstVerbatim), isWhole, awaitsAnswer, ...(summary !== "" && { summary }) };
}

function toSaid({ role, status, text, heardText }: TurnRecord): SaidBefore[] {
  if (role === "candidate") return [{ speaker: role, text: text ?? "(The answer could not be made out.)" }];
  // What was generated and never heard would be answered by nobody.
  const words = status === "interrupted" ? (heardText ?? text) : text;
  return role === "interviewer" && words ? [{ speaker: role, text: words }] : [];
}

function firstWithin(said: readonly SaidBefore[], characters: number): number {
  let left = characters;
  const index = said.findLastIndex(({ text }) => (left -= text.length) < 0);
  return index + 1;
}

/** The newest of the older questions, as many as there is room for. */
function summaryOf(older: readonly SaidBefore[]): string {
  const questions = older.flatMap(({ speaker, text }) =>
    speaker === "interviewer" ? [`- ${text.slice(0, MAX_QUESTION_CHARACTERS)}`] : [],
  );
  let left = MAX_SUMMARY_CHARACTERS;
  const index = questions.findLastIndex((question) => (left -= question.length + 1) < 0);
  return questions.slice(index + 1).join("\n");
}
