// `npm run fuzz -- --minutes N`: tries every target for its share of the time, and says how many inputs each took.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { BrokenPromise, campaign, type CampaignResult } from "./campaign.ts";
import { openTargets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    tries: { type: "string", default: "Infinity" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    only: { type: "string" },
  },
});
const tries = Number(values.tries);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const opened = await openTargets(values.only);
const { targets } = opened;
say(`Seed ${values.seed}, ${values.minutes} minutes, ${targets.map(({ name }) => name).join(", ")}.`);
const shareMs = (Number(values.minutes) * 60_000) / targets.length;
try {
  for (const target of targets) {
    const limits = { tries, until: Date.now() + shareMs };
    say(report(await campaign(target, Number(values.seed), limits)));
  }
} catch (error) {
  if (!(error instanceof BrokenPromise)) throw error;
  say(`${error.message}\n${error.cause instanceof Error ? error.cause.stack : ""}`);
  process.exitCode = 1;
} finally {
  await opened.close();
}

function report({ target, counts, tried, seconds, grownBytes }: CampaignResult): string {
  const grown = (grownBytes / 1024 / 1024).toFixed(1);
  return `${target}: ${tried} ${counts} in ${seconds.toFixed(0)} s, memory ${grownBytes < 0 ? "" : "+"}${grown} MiB, nothing broken.`;
}
