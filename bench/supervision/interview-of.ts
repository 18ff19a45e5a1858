import type { InterviewScript } from "openai-voice-simulator";

/** Words of an interviewer's line and of an answer, as in a real interview. */
const LINE_WORDS = 25;
const ANSWER_WORDS = 60;

/** Spoken so fast, nine times as fast as people do, the interview makes 20 sideband events a second (measured). */
export const WORDS_PER_SECOND = 24;

/** More than are asked in any run; the simulator takes no more. */
export const LOAD_EXCHANGES = 499;

const VOCABULARY =
  "when we began the work nobody had written down what the system was meant to do so I asked each team for its three worst incidents and built a small test for every one of them before changing anything";

/** What is said in one turn. */
export interface SpokenTurn {
  readonly role: "interviewer" | "candidate";
  readonly text: string;
  /** In a transcript: how it is known. */
  readonly status?: string;
}

/** An interview of so many questions with their answers, and a last word. No two turns of it are the same. */
export function interviewOf(exchanges: number): InterviewScript {
  const turns = Array.from({ length: exchanges }, (_, index) => ({
    interviewer: line("Question", index, LINE_WORDS),
    candidate: line("Answer", index, ANSWER_WORDS),
  }));
  return { turns: [...turns, { interviewer: "Thank you and goodbye" }] };
}

function line(name: string, index: number, words: number): string {
  const vocabulary = VOCABULARY.split(" ");
  const rest = Array.from({ length: words - 2 }, (_, word) => vocabulary[(index + word) % vocabulary.length]);
  return [name, index + 1, ...rest].join(" ");
}
