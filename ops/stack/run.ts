import { FASTER } from "./alerting.ts";
import { OUTAGES, type OutageName, obstacleTo } from "./outages.ts";
import { raise } from "./raise.ts";

// `npm run stack -- OUTAGE`: shows an alert fire and end, on this machine.
const [name = ""] = process.argv.slice(2);
process.exitCode = Object.hasOwn(OUTAGES, name) ? await show(name as OutageName) : list();

async function show(outage: OutageName): Promise<number> {
  const obstacle = obstacleTo(outage);
  if (obstacle !== undefined) {
    process.stderr.write(`This outage cannot be made here: ${obstacle}.\n`);
    return 2;
  }
  const { alert } = OUTAGES[outage];
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  say(`Durations are divided by ${FASTER}: a minute of the rules is ${60 / FASTER} s.`);
  const { alerts, firedAfter, resolvedAfter } = await raise(outage, say);
  const isExact = alerts.length === 1 && alerts[0] === alert;
  say(`${alert} fired ${firedAfter} s of the rules after the outage, and was over ${resolvedAfter} s after its end.`);
  say(
    isExact
      ? "Nobody was told anything else."
      : `Told of as well: ${alerts.filter((each) => each !== alert).join(", ")}`,
  );
  return isExact ? 0 : 1;
}

function list(): number {
  const lines = Object.entries(OUTAGES).map(([outage, { alert }]) => `  ${outage.padEnd(18)} ${alert}`);
  process.stderr.write(`npm run stack -- OUTAGE\n${lines.join("\n")}\n`);
  return 2;
}
