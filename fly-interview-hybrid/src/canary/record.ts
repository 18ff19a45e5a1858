import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod/mini";
import type { CanaryResult } from "./run-canary.ts";

const shapesSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** What is read again of an earlier record. */
const recordSchema = z.object({ canary: z.literal(1), api: z.string(), shapes: shapesSchema });

/** What a run was about. */
export interface CanarySubject {
  readonly at: string;
  readonly api: string;
  /** Host of the provider, or `simulator`. */
  readonly provider: string;
  readonly model: string;
}

/** Writes a record: forms, counts and times, for the next run to be compared with. */
export function writeRecord(file: string, subject: CanarySubject, { rows, shapes }: CanaryResult): void {
  const steps = rows.map(({ expects: _said, ...row }) => row);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ canary: 1, ...subject, steps, shapes }, null, 2)}\n`);
}

/** The shapes of an earlier record. `undefined` for what is none, or one of another API. */
export function readRecord(file: string, api: string): CanaryResult["shapes"] | undefined {
  try {
    const record = recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return record.api === api ? record.shapes : undefined;
  } catch {
    return undefined;
  }
}
