import { hashToken, newResumeToken } from "../ids.ts";

/** How many resume tokens are valid at once: the one in use, and the newest, whose replies may be lost on the wire. */
const MAX_TOKENS = 3;

/** The resume tokens of one session. */
export class ResumeTokens {
  readonly #sessionId: string;
  #hashes: readonly string[];

  /** `hashes`: of the valid ones that another process has issued. */
  constructor(sessionId: string, hashes: readonly string[] = []) {
    this.#sessionId = sessionId;
    this.#hashes = hashes;
  }

  /** Of the valid ones: the one in use, and the newest, which nobody has used. */
  get hashes(): readonly string[] {
    return this.#hashes;
  }

  /** Issues the next one. Those before it stay valid until it is first used, so that a reply that is lost on the wire locks nobody out. */
  issue(): string {
    const token = newResumeToken(this.#sessionId);
    const hashes = [...this.#hashes, hashToken(token)];
    // The one in use stays, however many replies were lost: it is the only one that the client is known to have.
    this.#hashes = [...hashes.slice(0, 1), ...hashes.slice(1).slice(1 - MAX_TOKENS)];
    return token;
  }

  /** True for a valid one; using it spends those before it. */
  accept(token: string): boolean {
    const index = this.#hashes.indexOf(hashToken(token));
    if (index < 0) return false;
    this.#hashes = this.#hashes.slice(index);
    return true;
  }
}
