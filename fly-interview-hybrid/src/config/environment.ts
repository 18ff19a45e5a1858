import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Environment } from "./config.ts";

/**
 * The environment of this process over the entries of an `.env` file, where there is one. A variable that is set, even
 * to nothing, wins over the file.
 */
export function readEnvironment(envFile: string, options: { readonly ignore?: readonly string[] } = {}): Environment {
  const fromFile = readEnvFile(envFile);
  for (const name of options.ignore ?? []) delete fromFile[name];
  return { ...fromFile, ...process.env };
}

/**
 * OpenTelemetry reads its variables, `OTEL_…`, from the environment of the process alone: those that the `.env` file has
 * are put there.
 */
export function lendToOpenTelemetry(environment: Environment): void {
  for (const [name, value] of Object.entries(environment))
    if (name.startsWith("OTEL_") && value !== undefined) process.env[name] = value;
}

function readEnvFile(file: string): Record<string, string | undefined> {
  try {
    return { ...parseEnv(readFileSync(file, "utf8")) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
