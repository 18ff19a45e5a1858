import { checkNames } from "./checks/names.ts";
import { checkKeySet } from "./checks/key-set.ts";
import { checkOrigins } from "./checks/origins.ts";
import { checkPorts } from "./checks/ports.ts";
import { checkRecords } from "./checks/records.ts";
import { checkRedis } from "./checks/redis.ts";
import { checkTokens } from "./checks/tokens.ts";
import { checkVoiceService } from "./checks/voice-service.ts";
import type { Check, DoctorNeeds, Finding } from "./finding.ts";

/** In the order in which they are told: what others need comes first. */
const CHECKS: readonly Check[] = [
  checkNames,
  checkVoiceService,
  checkTokens,
  checkKeySet,
  checkOrigins,
  checkPorts,
  checkRecords,
  checkRedis,
];

/** Looks at every part of a set-up whose settings are valid. */
export async function runDoctor(needs: DoctorNeeds, tell: (finding: Finding) => void): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  // Side by side, because each may have to wait; told in their order.
  for (const findings of CHECKS.map((check) => check(needs))) {
    for (const finding of await findings) {
      all.push(finding);
      tell(finding);
    }
  }
  return all;
}

/** A finding as it is printed. */
export function findingLines({ about, verdict, found, advice }: Finding): string {
  const line = `${verdict.padEnd(5)} ${about.padEnd(8)} ${found}\n`;
  return advice === undefined ? line : `${line}${" ".repeat(15)}${advice}\n`;
}
