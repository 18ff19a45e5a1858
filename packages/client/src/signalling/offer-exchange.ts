import type { InterviewError } from "../errors.ts";

/** An offer that waits for its answer, one at a time. */
export class OfferExchange {
  #pending:
    | { readonly resolve: (answerSdp: string) => void; readonly reject: (error: InterviewError) => void }
    | undefined;

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  begin(): Promise<string> {
    return new Promise((resolve, reject) => (this.#pending = { resolve, reject }));
  }

  /** An answer to an offer that nobody waits for any more is dropped. */
  answer(sdp: string): void {
    this.#pending?.resolve(sdp);
    this.#pending = undefined;
  }

  fail(error: InterviewError): void {
    this.#pending?.reject(error);
    this.#pending = undefined;
  }
}
