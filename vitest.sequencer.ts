import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, the longest first: begun last, one of them would run on alone while all other workers are done. */
const SLOWEST = [
  "commands/known-ports",
  "interview/interview",
  "recovery/returning-page",
  "official/official-clients",
  "interview/reconnect",
  "interview/page-states",
  "recovery/lost-audio",
  "recovery/killed-proxy",
  "machines/relay",
  "candidate/whole-way",
  "candidate/faults",
  "doors/transcript",
  "doors/sideband-input",
  "outages/postgres-away",
  "commands/stack",
  "long-runs/cut-sideband",
];

/** The files of a group, the slowest first. What earlier runs took is not known on a fresh clone. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- Not an array's.
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = SLOWEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return place < 0 ? SLOWEST.length : place;
}
