import type { Clock } from "../clock.ts";
import type { CallEvent } from "../upstreams/call-event.ts";

/**
 * Official clients send a configuration of their own as they connect. It is undone, but no attempt. Counted from when the
 * sideband was first ready, because when a page opens its channel does not show.
 */
const GRACE_MS = 5000;

/** A page that tries without end fills neither log nor records. */
const MAX_TOLD = 100;

/** So many items are known again when a later event tells of them; an interview has a handful. */
const MAX_ITEMS = 1000;

/**
 * What a page did. `drift`: changed the interviewer; `injected`, `removed`: put words into the conversation that instruct the
 * interviewer, or took ours out; `unexplained_response`: had the interviewer speak though nobody had spoken, with or without
 * words of its own for it, which do not show.
 */
export type ViolationKind = "drift" | "injected" | "removed" | "unexplained_response";

export interface Violation {
  readonly kind: ViolationKind;
  /** False where it does not count towards the end of the call. */
  readonly counted: boolean;
}

export interface GuardRules {
  /** So many counted violations end the call; 0: none does. */
  readonly endsAfter: number;
  /** So many were counted before, in other calls or by another process: who offers anew does not begin anew. */
  readonly alreadyCounted: number;
  /** Called for each violation, up to a bound. */
  readonly onViolation: (violation: Violation) => void;
}

/**
 * What follows from an event. `in_force`: the plan is what the call runs by; `correct`: the plan must be sent again; `violated`:
 * the call must end; `pass`: nothing.
 */
export type Verdict = "in_force" | "correct" | "violated" | "pass";

/** Guards one call whose page has a data channel: judges by content what comes into force, whoever caused it. */
export class Guard {
  readonly #clock: Clock;
  readonly #rules: GuardRules;
  /** What of ours is on its way and has not come into force. */
  #sent: "plan" | "correction" | undefined;
  /** The deviation that is being corrected. */
  #drift: string | undefined;
  /** Stands for the plan in force, with what the provider filled in. */
  #inForce: string | undefined;
  #graceEndsAt: number | undefined;
  #mayBeAnswered = false;
  readonly #items = new Set<string>();
  #counted: number;
  #told = 0;

  constructor(clock: Clock, rules: GuardRules) {
    this.#clock = clock;
    this.#rules = rules;
    this.#counted = rules.alreadyCounted;
  }

  /** A sideband was attached, and the plan sent on it. What happened before does not show. */
  attached(): void {
    this.#sent = "plan";
    this.#mayBeAnswered = true;
  }

  judge(event: CallEvent): Verdict {
    switch (event.type) {
      case "ready":
        return this.#inForce === undefined || event.digest === this.#inForce
          ? this.#settle(event.digest)
          : this.#judgeDrift(event.digest);
      case "drifted":
        return this.#judgeDrift(event.digest);
      case "refused":
        return this.#sent === "correction" ? "violated" : "pass";
      case "tampered":
        return this.#isNew(`${event.how} ${event.itemId}`) ? this.#note(event.how) : "pass";
      case "placed":
        this.#mayBeAnswered = true;
        return "pass";
      case "response_begun":
        return event.ours ? "pass" : this.#judgeResponse();
      default:
        return "pass";
    }
  }

  #settle(digest: string | undefined): Verdict {
    this.#inForce = digest;
    this.#sent = undefined;
    this.#drift = undefined;
    this.#graceEndsAt ??= this.#clock.now() + GRACE_MS;
    return "in_force";
  }

  /** Events come in the order of what they tell of, so what is on its way corrects whatever shows before it. */
  #judgeDrift(digest: string | undefined): Verdict {
    const isKnown = this.#drift === digest;
    this.#drift = digest;
    const verdict = isKnown ? "pass" : this.#note("drift");
    if (verdict === "violated" || this.#sent !== undefined) return verdict;
    this.#sent = "correction";
    return "correct";
  }

  /** Turn detection answers an utterance once. Any other response was asked for, by whom does not show. */
  #judgeResponse(): Verdict {
    const isAnswer = this.#mayBeAnswered;
    this.#mayBeAnswered = false;
    if (!isAnswer) this.#tell({ kind: "unexplained_response", counted: false });
    return "pass";
  }

  #isNew(item: string): boolean {
    if (this.#items.has(item)) return false;
    if (this.#items.size < MAX_ITEMS) this.#items.add(item);
    return true;
  }

  #note(kind: ViolationKind): Verdict {
    const counted = this.#graceEndsAt !== undefined && this.#clock.now() > this.#graceEndsAt;
    if (counted) this.#counted += 1;
    this.#tell({ kind, counted });
    const { endsAfter } = this.#rules;
    return counted && endsAfter > 0 && this.#counted >= endsAfter ? "violated" : "pass";
  }

  #tell(violation: Violation): void {
    this.#told += 1;
    if (this.#told <= MAX_TOLD) this.#rules.onViolation(violation);
  }
}
