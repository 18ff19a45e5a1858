import type { KeptSession } from "./kept-session.ts";
import type { HeldSession } from "./signalling/signalling.ts";

interface SessionHoldOptions {
  readonly kept: KeptSession;
  /** The session to go on with, where there is one. */
  readonly resumes: HeldSession | undefined;
  /** The tab has kept another interview, in whose stead this one has begun. */
  readonly onFormer: (former: HeldSession) => void;
}

/** One interview's session as it was last told, and whether a reload could go on with it. */
export class SessionHold {
  readonly #options: SessionHoldOptions;
  #session: HeldSession | undefined;
  /** There is an interview in it. */
  #isUnderWay: boolean;

  constructor(options: SessionHoldOptions) {
    this.#options = options;
    this.#session = options.resumes;
    this.#isUnderWay = options.resumes !== undefined;
  }

  get session(): HeldSession | undefined {
    return this.#session;
  }

  /** Each token replaces the one before, and another interview the one that the tab has kept. */
  hold(session: HeldSession): void {
    const { kept, onFormer } = this.#options;
    const former = kept.read();
    if (former && former.sessionId !== session.sessionId) {
      kept.forget();
      onFormer(former);
    }
    this.#session = session;
    if (this.#isUnderWay) kept.keep(session);
  }

  /** The interview has begun: from now on it is kept. */
  begin(): void {
    this.#isUnderWay = true;
    if (this.#session) this.hold(this.#session);
  }

  /** True where a reload could go on with it. */
  get isKept(): boolean {
    return this.#session !== undefined && this.#options.kept.read()?.sessionId === this.#session.sessionId;
  }

  forget(): void {
    if (this.isKept) this.#options.kept.forget();
  }
}
