import type { SpokenInterview, SpokenTurn } from "./spoken-interview.ts";

/**
 * How many lines of a script the interviewer has said, once a client has put `text` into the conversation as the
 * interviewer's. Words that are no line count as one; words of the line before are that line, said again.
 *
 * @param before - how many it had said before
 */
export function linesSaid(text: string, before: number, lines: readonly string[]): number {
  const next = lines.slice(before);
  const whole = next.indexOf(text);
  if (whole >= 0) {
    return before + whole + 1;
  }
  if (before > 0 && lines[before - 1]?.includes(text) === true) {
    return before;
  }
  const cutOff = next.findIndex((line) => line.startsWith(text));
  return before + (cutOff < 0 ? 1 : cutOff + 1);
}

/** The last of `count` lines once more, in few words: its last sentence. */
export function saidAgain(interview: SpokenInterview, count: number): SpokenTurn {
  const turn = interview.turnAfter(count - 1);
  const [sentence = turn.text] = /[^.?!]+[.?!]*\s*$/u.exec(turn.text) ?? [];
  return { ...interview.aside(sentence.trim()), tools: turn.tools, answer: turn.answer };
}
