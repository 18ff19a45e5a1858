import type { Sideband } from "../upstreams/upstream.ts";

/** Words that wait for the sideband to come back; more than that would only confuse the interviewer. */
const MAX_WAITING = 20;

/** What the proxy says to the interviewer of one call, over whichever sideband is attached at the moment. */
export class Prompter {
  #sideband: Sideband | undefined;
  #waiting: string[] = [];

  /** False while nothing can be said. */
  get isAttached(): boolean {
    return this.#sideband !== undefined;
  }

  attach(sideband: Sideband): void {
    this.#sideband = sideband;
    for (const text of this.#waiting.splice(0)) sideband.instruct(text);
  }

  detach(): void {
    this.#sideband = undefined;
  }

  /** Gives the interviewer a word in private; where that is not possible now, as soon as it is. */
  instruct(text: string): void {
    if (this.#sideband !== undefined) return this.#sideband.instruct(text);
    this.#waiting = [...this.#waiting, text].slice(-MAX_WAITING);
  }

  /** Hands on what the candidate has typed, which is answered at once. Nothing happens while nothing can be said. */
  say(text: string): void {
    this.#sideband?.say(text);
  }

  /** Has the interviewer say something now. Nothing happens while nothing can be said. */
  speak(instructions: string): void {
    this.#sideband?.speak(instructions);
  }

  /** The answer to a tool call; one that cannot be given now is not given later, when the interviewer is elsewhere. */
  answerTool(toolCallId: string, output: string, proceed: boolean): void {
    this.#sideband?.answerTool(toolCallId, output, proceed);
  }
}
