import { Session } from "node:inspector/promises";

/**
 * How often blocks of code whose address has one of these parts are run by each work, as V8's precise coverage counts
 * them. Unlike a time, it is the same on a slow and on a busy machine. Loops inside the engine's own functions are not
 * seen. `load` must be what loads that code: V8 counts only in functions it compiled while counting.
 */
export async function countWork<Loaded>(
  codeParts: readonly string[],
  load: () => Promise<Loaded>,
  works: readonly ((loaded: Loaded) => unknown)[],
): Promise<number[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    const loaded = await load();
    const counts: number[] = [];
    for (const work of works) {
      await countedBlocks(session, codeParts);
      work(loaded);
      counts.push(await countedBlocks(session, codeParts));
    }
    return counts;
  } finally {
    session.disconnect();
  }
}

/** Taking the coverage also sets its counters to zero. */
async function countedBlocks(session: Session, codeParts: readonly string[]): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => codeParts.some((part) => url.includes(part)))
    .flatMap(({ functions }) => functions)
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { count }) => sum + count, 0);
}
