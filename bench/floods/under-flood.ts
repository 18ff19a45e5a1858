import type { LoadProcess } from "../processes/load-process.ts";

interface UnderFlood<Flood> {
  readonly times: number[];
  readonly flood: Flood;
}

/** Measures while a generator floods, and resolves with what it says of its flood; the generator is over then. */
export async function underFlood<Flood>(
  generator: LoadProcess,
  measure: () => Promise<number[]>,
): Promise<UnderFlood<Flood>> {
  generator.tell("begin");
  const times = await measure();
  const flood = await generator.ask<Flood>("stop");
  await generator.stop();
  return { times, flood };
}
