import type { InterviewScript } from "openai-voice-simulator";

/** Ten lines, two of them interrupted: one while it is being generated, one later. One answer cannot be made out. */
export const tenTurns: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines that calculate." },
    {
      interviewer: "For whom do you build them, since when, and what was it that made you begin at all?",
      candidate: "Wait, please.",
      interruptsAfterMs: 40,
    },
    { interviewer: "Yes?", candidate: "For Babbage." },
    { interviewer: "Why him?", candidate: "Mumble, mumble.", transcriptionFails: true },
    { interviewer: "I see.", candidate: "He asked me." },
    {
      interviewer: "And what would you say was hard about it, and what was easy?",
      candidate: "The gears.",
      interruptsAfterMs: 600,
    },
    { interviewer: "Go on.", candidate: "They break." },
    { interviewer: "Any questions?", candidate: "None." },
    { interviewer: "Thank you. Goodbye." },
  ],
};
