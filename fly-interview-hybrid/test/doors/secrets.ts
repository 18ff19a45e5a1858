/** Where outputs go that are kept by others. */
export const LOG_LINE = "a log line";
export const TRACE = "a trace";

/** Words that no client, log line or error may ever contain; every proxy under test is given them. */
export const SECRETS: Readonly<Record<"key" | "sidebandKey" | "instructions" | "jwtSecret", string>> = {
  key: "sk-canary-1f0e9d8c7b6a5948372615049f8e7d6c",
  sidebandKey: "sk-sideband-canary-77aa66bb55cc44dd33ee22ff",
  instructions: "CANARY-INSTRUCTIONS: ask about the lighthouse, and grade by the rubric of the keeper.",
  jwtSecret: "canary-jwt-secret-0123456789abcdef0123456789",
};

/** Parts that give a secret away as well as the whole: OpenAI's own messages quote the two ends of a key. */
const TELLING = [
  SECRETS.key,
  "sk-can",
  SECRETS.key.slice(-8),
  SECRETS.sidebandKey,
  "sk-side",
  SECRETS.sidebandKey.slice(-8),
  SECRETS.instructions,
  "CANARY-INSTR",
  "the keeper",
  SECRETS.jwtSecret,
];

/** What a log line and a trace may hold as little, though clients get it. */
const NOT_TO_BE_LOGGED = ["v=0\\r\\n", "a=ice-", "a=fingerprint", "candidate:"];

/** Everything that leaves a proxy under test. Throws at the end where a secret was among it. */
export class OutputScan {
  readonly #outputs: { readonly where: string; readonly text: string }[] = [];

  add(where: string, text: string): void {
    this.#outputs.push({ where, text });
  }

  /** How many outputs were seen, so that a scan of nothing is noticed. */
  get size(): number {
    return this.#outputs.length;
  }

  /** `said`: words of interviews, which neither log nor traces may hold. */
  assertClean(said: readonly string[] = []): void {
    for (const { where, text } of this.#outputs) {
      const isKept = where === LOG_LINE || where === TRACE;
      for (const secret of isKept ? [...TELLING, ...NOT_TO_BE_LOGGED, ...said] : TELLING) {
        if (text.includes(secret)) throw new Error(`A secret (${secret.slice(0, 8)}…) left the proxy in ${where}.`);
      }
    }
  }
}
