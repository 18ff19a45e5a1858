/** A test that runs in Node and in Deno alike: it uses nothing but what both have. */
export interface Scenario {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** An answer that is an error of the protocol. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly field?: string; readonly retryable: boolean };
}

/** Of every scenario. */
export const NOW = 1_800_000_000_000;
