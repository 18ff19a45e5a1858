import type { Trial } from "./trial.ts";

/**
 * `drift`: the provider did something else than the contract says. `failed`: the check could not be made, for want of a
 * connection, a key, or time. `skipped`: what it needs was not there.
 */
export type Verdict = "ok" | "drift" | "failed" | "skipped";

/** Counts, names and forms; never a word, an id, an SDP or a key. */
export type Fact = string | number | boolean | readonly string[];

/** One check of the contract with a provider. */
export interface Step {
  readonly name: string;
  /** What the contract says, for whoever reads that it is no longer so. */
  readonly expects: string;
  /** Notes what it sees. Throws {@link CannotGoOn} where there is nothing more to see. */
  readonly check: (trial: Trial, notes: Notes) => Promise<void> | void;
}

/** What a check has seen so far. */
export class Notes {
  readonly seen: string[] = [];
  readonly facts: Record<string, Fact> = {};
  verdict: Verdict = "ok";

  /** Seen, and neither right nor wrong. */
  see(text: string): void {
    this.seen.push(text);
  }

  /** Seen, and right only where `isAsAgreed`. */
  expect(isAsAgreed: boolean, text: string): void {
    this.seen.push(isAsAgreed ? text : `${text} (!)`);
    if (!isAsAgreed) this.verdict = "drift";
  }

  /** Kept in the record, where two runs can be compared. */
  keep(facts: Readonly<Record<string, Fact | undefined>>): void {
    for (const [name, fact] of Object.entries(facts)) if (fact !== undefined) this.facts[name] = fact;
  }
}

/** Ends one check. */
export class CannotGoOn extends Error {
  readonly verdict: Exclude<Verdict, "ok">;

  constructor(verdict: Exclude<Verdict, "ok">, message: string) {
    super(message);
    this.name = new.target.name;
    this.verdict = verdict;
  }
}

/** One line of the result. */
export interface Row {
  readonly step: string;
  readonly expects: string;
  readonly verdict: Verdict;
  readonly seen: string;
  readonly ms: number;
  readonly facts: Readonly<Record<string, Fact>>;
}

export async function runStep(step: Step, trial: Trial): Promise<Row> {
  const begunAt = performance.now();
  const notes = new Notes();
  try {
    await step.check(trial, notes);
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    notes.see(error.message);
    // A drift that was seen before says more than the failure that follows from it.
    if (notes.verdict === "ok") notes.verdict = error.verdict;
  }
  return {
    step: step.name,
    expects: step.expects,
    verdict: notes.verdict,
    seen: notes.seen.join(", "),
    ms: Math.round(performance.now() - begunAt),
    facts: notes.facts,
  };
}

/** The line of a step that was not begun. */
export function skippedRow({ name, expects }: Step, why: string): Row {
  return { step: name, expects, verdict: "skipped", seen: why, ms: 0, facts: {} };
}
