import { hashToken, newResumeToken } from "../ids.ts";

/** How many resume tokens are valid at once: the one in use, and the newest, whose replies may be lost on the wire. */
const MAX_TOKENS = 3;

/** The resume tokens of one session. */
export class ResumeTokens {
  readonly #sessionId: string;
  #hashes: string[];

  /** `earlierHash`: of the last one that another process has issued. */
  constructor(sessionId: string, earlierHash?: string) {
    this.#sessionId = sessionId;
    this.#hashes = earlierHash === undefined ? [] : [earlierHash];
  }

  /** Issues the next one. Those before it stay valid until it is first used, so that a reply that is lost on the wire locks nobody out. */
  issue(): { readonly token: string; readonly hash: string } {
    const token = newResumeToken(this.#sessionId);
    const hash = hashToken(token);
    const [inUse, ...unused] = [...this.#hashes, hash];
    // The one in use stays, however many replies were lost: it is the only one that the client is known to have.
    this.#hashes = [inUse, ...unused.slice(1 - MAX_TOKENS)];
    return { token, hash };
  }

  /** True for a valid one; using it spends those before it. */
  accept(token: string): boolean {
    const index = this.#hashes.indexOf(hashToken(token));
    if (index < 0) return false;
    this.#hashes = this.#hashes.slice(index);
    return true;
  }
}
