import type { InterviewScript } from "openai-voice-simulator";

const LINE = "and what was it that you would do in another way today if you began again";
const ANSWER = "I would write down first what it is meant to do and ask those who use it";

/** Lines that take as long as those of people: one is interrupted, and one answer cannot be made out. */
export const longLines: InterviewScript = {
  turns: Array.from({ length: 8 }, (_, index) => ({
    interviewer: `Question ${index + 1} ${LINE}?`,
    candidate: `Answer ${index + 1} ${ANSWER}.`,
    ...(index === 3 && { interruptsAfterMs: 3000 }),
    ...(index === 5 && { transcriptionFails: true }),
  })),
};
