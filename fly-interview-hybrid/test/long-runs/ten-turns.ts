import type { InterviewScript } from "openai-voice-simulator";
import { asOnRealtime } from "../doors/voice-api.ts";

/** Ten lines, two of them interrupted: one while it is being generated, one later. One answer cannot be made out. */
export const tenTurns: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "What do you build?", candidate: "Engines that calculate." },
    {
      interviewer: "For whom do you build them, since when, and what was it that made you begin at all?",
      candidate: "Wait, please.",
      // Where words are told as they are spoken, after a few of them.
      interruptsAfterMs: asOnRealtime("the words of a line") ? 40 : 1300,
    },
    { interviewer: "Yes?", candidate: "For Babbage." },
    { interviewer: "Why him?", candidate: "Mumble, mumble.", transcriptionFails: true },
    { interviewer: "I see.", candidate: "He asked me." },
    {
      interviewer: "And what would you say was hard about it, and what was easy?",
      candidate: "The gears.",
      interruptsAfterMs: asOnRealtime("an interruption") ? 600 : 1500,
    },
    { interviewer: "Go on.", candidate: "They break." },
    { interviewer: "Any questions?", candidate: "None." },
    { interviewer: "Thank you. Goodbye." },
  ],
};
