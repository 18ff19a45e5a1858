import type { InterviewScript } from "openai-voice-simulator";

const LINE = "and what was it that you would do in another way today if you began again";
const ANSWER = "I would write down first what it is meant to do and ask those who use it";

/** As people speak, an exchange takes about a quarter of a minute. */
export const EXCHANGE_SECONDS = 15;

/** An interview of so many questions that its interviewer ends. Each line is one sentence, and no two are the same. */
export function scriptOf(exchanges: number): InterviewScript {
  const turns = Array.from({ length: exchanges }, (_, index) => ({
    interviewer: `Question ${index + 1} ${LINE}?`,
    candidate: `Answer ${index + 1} ${ANSWER}.`,
  }));
  return { turns: [...turns, { interviewer: "Thank you and goodbye.", tools: [{ name: "end_interview" }] }] };
}
