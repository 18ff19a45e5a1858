import type * as fc from "fast-check";

/** One kind of hostile input and what must hold for it. An input is JSON, so that a found case can be kept as a file. */
export interface FuzzTarget<Input = unknown> {
  /** Also the name of the folder in `found/`. */
  readonly name: string;
  /** What is counted, such as "SDPs". */
  readonly counts: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Throws where a promise is broken; returns how many of what is counted it has tried. */
  attempt(input: Input): number | Promise<number>;
  /** Longest time for which the code under test stood still during an attempt, in milliseconds. Attempts in this process are timed by themselves. */
  longestBlockMs?(): Promise<number>;
  /** Memory in use after a collection of garbage, in bytes. Without it that of this process. */
  heapBytes?(): Promise<number>;
  close?(): Promise<void>;
}
