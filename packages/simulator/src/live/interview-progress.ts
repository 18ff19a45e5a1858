import { linesSaid, saidAgain } from "../script/lines-said.ts";
import type { SpokenInterview, SpokenTurn } from "../script/spoken-interview.ts";
import type { InitialItem } from "./session-config-schema.ts";

/** How far an interview has come: in an earlier session, by what this one was given of it, and in this one. */
export class InterviewProgress {
  readonly #interview: SpokenInterview;
  #lines = 0;
  #isLeftUnanswered = false;
  #question: string | undefined;

  constructor(interview: SpokenInterview, input: readonly InitialItem[]) {
    this.#interview = interview;
    for (const { role, content } of input) {
      if (role === "assistant") {
        this.#lines = linesSaid(content[0].text, this.#lines, interview.lines);
      }
    }
    const last = input.findLast(({ role }) => role !== "developer");
    this.#isLeftUnanswered = last?.role === "assistant";
  }

  /** True where the last words of the earlier session are a question that has got no answer yet. */
  get isLeftUnanswered(): boolean {
    return this.#isLeftUnanswered;
  }

  /** What the interviewer has asked last. */
  get turnInHand(): SpokenTurn {
    return this.#interview.turnAfter(Math.max(0, this.#lines - 1));
  }

  /** Takes the next line of the script, or the last question once more where it was left unanswered. */
  next(): SpokenTurn {
    if (this.#isLeftUnanswered) {
      this.#isLeftUnanswered = false;
      return saidAgain(this.#interview, this.#lines);
    }
    this.#lines += 1;
    const question = this.#question;
    this.#question = undefined;
    const before = this.#lines - 1;
    return question === undefined ? this.#interview.turnAfter(before) : this.#interview.turnInstead(before, question);
  }

  /** This comes in place of the next line. */
  askNext(question: string): void {
    this.#question = question;
  }

  /** The candidate has spoken. */
  answered(): void {
    this.#isLeftUnanswered = false;
  }
}
