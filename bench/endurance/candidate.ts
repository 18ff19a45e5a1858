import type { ServerMessage } from "@interview-proxy/protocol";
import { monotonicMs } from "../processes/one-core.ts";
import { ReturningPage } from "../continuity/returning-page.ts";

/** Words on their way are most of what comes; they carry no number. */
const UNNUMBERED = /^\{"type":"(transcript_delta|speaking)"/;

/** A refused offer is made again after this, unless the refusal says when. In milliseconds. */
const OFFER_AGAIN_MS = 1000;

/** One candidate at a page that never gives up, which looks whether what it is told is numbered without a gap. */
export class Candidate {
  /** What it was told and should not have been, and what it should have been told. */
  readonly faults: string[] = [];
  /** Aborted when the interview is over, or the page has given up. */
  readonly over: AbortSignal;
  /** From the first byte to the answer of its first call, in milliseconds; `undefined` while there was none. */
  connectMs: number | undefined;
  readonly #beganAt = monotonicMs();
  readonly #numbersStartAnew: boolean;
  #page: ReturningPage | undefined;
  #lastSeq = 0;
  #wantsCall = false;
  #isOffering = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #end = new AbortController();
  #answered: () => void = () => undefined;

  private constructor(numbersStartAnew: boolean) {
    this.#numbersStartAnew = numbersStartAnew;
    this.over = this.#end.signal;
  }

  /**
   * Opens a session.
   *
   * @param numbersStartAnew - whether the server may be started anew meanwhile, which numbers from the beginning
   */
  static async arrive(port: number, token: string, index: number, numbersStartAnew: boolean): Promise<Candidate> {
    const candidate = new Candidate(numbersStartAnew);
    candidate.#page = await ReturningPage.open(
      () => [port],
      token,
      index,
      (text) => candidate.#hear(text),
    );
    return candidate;
  }

  get sessionId(): string {
    return this.#page?.sessionId ?? "";
  }

  /** Makes a call, and another one whenever it has to; resolves with the answer, or when the interview is over. */
  async call(): Promise<void> {
    if (this.over.aborted) return;
    const answered = new Promise<void>((resolve) => {
      this.#answered = resolve;
      this.over.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#wantsCall = true;
    this.#offer();
    await answered;
  }

  /** The line breaks, and the page comes back. */
  drop(): void {
    this.#page?.drop();
  }

  /** Ends the interview. */
  leave(): void {
    this.#page?.send({ type: "disconnect" });
  }

  /** The page is gone, without a word. */
  vanish(): void {
    clearTimeout(this.#timer);
    this.#page?.close();
  }

  #offer(): void {
    clearTimeout(this.#timer);
    this.#isOffering = true;
    this.#page?.offer();
  }

  #hear(text: string): void {
    if (UNNUMBERED.test(text)) return;
    const message = JSON.parse(text) as ServerMessage;
    if ("seq" in message && message.type !== "initialized") this.#count(message.seq, message.type);
    if (message.type === "initialized") this.#arriveAgain();
    if (message.type === "sdp_answer") this.#takeAnswer();
    if (message.type === "reoffer" && this.#wantsCall) this.#offer();
    if (message.type === "error" && message.retryable) this.#offerAfter(message.retryAfterMs ?? OFFER_AGAIN_MS);
    if (message.type === "ended" || (message.type === "error" && !message.retryable)) this.#end.abort();
  }

  #arriveAgain(): void {
    if (this.#numbersStartAnew) this.#lastSeq = 0;
    // Whatever became of the offer that was on its way, its answer will not come here.
    this.#offerAfter(0);
  }

  #takeAnswer(): void {
    this.#isOffering = false;
    this.connectMs ??= monotonicMs() - this.#beganAt;
    this.#answered();
  }

  #offerAfter(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isOffering) this.#timer = setTimeout(() => this.#offer(), ms);
  }

  #count(seq: number, type: string): void {
    if (!this.#numbersStartAnew && seq !== this.#lastSeq + 1)
      this.faults.push(`${seq <= this.#lastSeq ? "doubled" : "lost"}: "${type}" ${seq} came after ${this.#lastSeq}`);
    this.#lastSeq = seq;
    if (this.#page !== undefined) this.#page.lastSeq = this.#numbersStartAnew ? 0 : seq;
  }
}
