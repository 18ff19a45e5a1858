import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod/mini";
import type { CanaryResult } from "./run-canary.ts";

const shapesSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** What is read again of an earlier record. */
const recordSchema = z.object({ canary: z.literal(1), api: z.string(), shapes: shapesSchema });
export type EarlierRecord = z.infer<typeof recordSchema>;

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

/** `undefined` for what is no record. */
export function readRecord(file: string): EarlierRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
